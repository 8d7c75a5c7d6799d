package main

import (
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"regexp"

	"github.com/envoyproxy/protoc-gen-validate/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func rulesOf(field protoreflect.FieldDescriptor) *validate.FieldRules {
	rules, _ := proto.GetExtension(field.Options(), validate.E_Rules).(*validate.FieldRules)
	return rules
}

// writeRules turns a field's rules into plain data: rules of the message and of the value in one object, durations
// as milliseconds, rules of a list's items and a map's keys and values nested; nil when there are none.
func writeRules(rules *validate.FieldRules) map[string]any {
	out := map[string]any{}
	if rules != nil {
		rules.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
			collectRules(out, value.Message())
			return true
		})
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func collectRules(out map[string]any, rules protoreflect.Message) {
	rules.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		name := string(field.Name())
		switch {
		case field.IsList():
			var list []any
			for i := range value.List().Len() {
				list = append(list, ruleValue(field, value.List().Get(i)))
			}
			out[name] = list
		case field.Kind() == protoreflect.MessageKind:
			if nested, ok := value.Message().Interface().(*validate.FieldRules); ok {
				if of := writeRules(nested); of != nil {
					out[name] = of
				}
			} else {
				out[name] = ruleValue(field, value)
			}
		case field.Kind() == protoreflect.BoolKind && !value.Bool() && name != "strict" && name != "const":
			// A false flag says nothing.
		default:
			out[name] = ruleValue(field, value)
		}
		return true
	})
}

func ruleValue(field protoreflect.FieldDescriptor, value protoreflect.Value) any {
	switch field.Kind() {
	case protoreflect.BytesKind:
		return base64.StdEncoding.EncodeToString(value.Bytes())
	case protoreflect.EnumKind:
		return string(field.Enum().Values().ByNumber(value.Enum()).Name())
	case protoreflect.MessageKind:
		switch message := value.Message().Interface().(type) {
		case *durationpb.Duration:
			return float64(message.AsDuration().Nanoseconds()) / 1e6
		case *timestamppb.Timestamp:
			return message.AsTime()
		}
	}
	return value.Interface()
}

// refusesAbsence says whether a message without the field is refused: it is required, or its rules refuse the zero
// value that absence means.
func refusesAbsence(field protoreflect.FieldDescriptor) bool {
	if field.ContainingOneof() != nil {
		return false
	}
	rules := writeRules(rulesOf(field))
	if rules["required"] == true {
		return true
	}
	if rules["ignore_empty"] == true {
		return false
	}
	switch {
	case field.IsList():
		return atLeast(rules["min_items"], 1)
	case field.IsMap():
		return atLeast(rules["min_pairs"], 1)
	case field.HasPresence():
		return false
	case field.Kind() == protoreflect.EnumKind:
		return contains(rules["not_in"], 0)
	case field.Kind() == protoreflect.StringKind || field.Kind() == protoreflect.BytesKind:
		return atLeast(rules["min_len"], 1) || atLeast(rules["min_bytes"], 1) || rules["prefix"] != nil ||
			rules["suffix"] != nil || (rules["in"] != nil && !contains(rules["in"], "")) || refusesEmpty(rules["pattern"])
	case field.Kind() == protoreflect.BoolKind:
		return rules["const"] == true
	}
	return atLeast(rules["gt"], 0) || atLeast(rules["gte"], math.SmallestNonzeroFloat64) ||
		(rules["lt"] != nil && !atLeast(rules["lt"], math.SmallestNonzeroFloat64)) ||
		(rules["lte"] != nil && !atLeast(rules["lte"], 0)) || (rules["in"] != nil && !contains(rules["in"], 0))
}

func atLeast(bound any, least float64) bool {
	if bound == nil {
		return false
	}
	value := reflect.ValueOf(bound)
	switch {
	case value.CanFloat():
		return value.Float() >= least
	case value.CanInt():
		return float64(value.Int()) >= least
	}
	return float64(value.Uint()) >= least
}

func contains(list any, wanted any) bool {
	values, _ := list.([]any)
	for _, value := range values {
		if fmt.Sprint(value) == fmt.Sprint(wanted) {
			return true
		}
	}
	return false
}

func refusesEmpty(pattern any) bool {
	text, ok := pattern.(string)
	return ok && !regexp.MustCompile(text).MatchString("")
}
