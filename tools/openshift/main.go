// Command openshift answers what OpenShift's own template processor and kubectl's YAML reader make of texts, for the
// tests of src/manifest: it reads JSON from stdin and writes JSON to stdout.
package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"

	templatev1 "github.com/openshift/api/template/v1"
	"github.com/openshift/library-go/pkg/template/generator"
	"github.com/openshift/library-go/pkg/template/templateprocessing"
	"sigs.k8s.io/yaml"
)

// questions: see test/agreement of the manifests.
type questions struct {
	// Expressions to generate from; each starts with fresh numbers.
	Expressions []string `json:"expressions"`
	// Templates as JSON, with what `oc process` was given for their parameters.
	Templates []struct {
		Template json.RawMessage   `json:"template"`
		Given    map[string]string `json:"given"`
	} `json:"templates"`
	// YAML texts, one document each.
	Yaml []string `json:"yaml"`
}

type answer struct {
	Value any    `json:"value"`
	Error string `json:"error,omitempty"`
}

// counting gives 0, 1, 2, … wherever a random number below n is asked for, each modulo n.
type counting struct{ next int64 }

func (c *counting) Seed(int64) {}
func (c *counting) Int63() int64 {
	value := c.next
	c.next++
	return value << 32
}

func main() {
	var asked questions
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := map[string][]answer{"expressions": {}, "templates": {}, "yaml": {}}
	for _, expression := range asked.Expressions {
		answers["expressions"] = append(answers["expressions"], generate(expression))
	}
	for _, one := range asked.Templates {
		answers["templates"] = append(answers["templates"], process(one.Template, one.Given))
	}
	for _, text := range asked.Yaml {
		answers["yaml"] = append(answers["yaml"], read(text))
	}
	_ = json.NewEncoder(os.Stdout).Encode(answers)
}

func generate(expression string) (result answer) {
	defer recovered(&result)
	value, err := generator.NewExpressionValueGenerator(rand.New(&counting{})).GenerateValue(expression)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Value: value}
}

func process(text json.RawMessage, given map[string]string) (result answer) {
	defer recovered(&result)
	var template templatev1.Template
	if err := json.Unmarshal(text, &template); err != nil {
		return answer{Error: err.Error()}
	}
	// As oc does with --param.
	for name, value := range given {
		if parameter := templateprocessing.GetParameterByName(&template, name); parameter != nil {
			parameter.Value = value
			parameter.Generate = ""
		}
	}
	processor := templateprocessing.NewProcessor(map[string]generator.Generator{
		"expression": generator.NewExpressionValueGenerator(rand.New(&counting{})),
	})
	if errs := processor.Process(&template); len(errs) > 0 {
		return answer{Error: errs.ToAggregate().Error()}
	}
	objects := []any{}
	for _, object := range template.Objects {
		objects = append(objects, object.Object)
	}
	return answer{Value: map[string]any{"objects": objects, "message": template.Message}}
}

func read(text string) (result answer) {
	defer recovered(&result)
	var value any
	if err := yaml.UnmarshalStrict([]byte(text), &value); err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Value: value}
}

// recovered turns a panic of the library into an error.
func recovered(result *answer) {
	if cause := recover(); cause != nil {
		*result = answer{Error: fmt.Sprint("panic: ", cause)}
	}
}
