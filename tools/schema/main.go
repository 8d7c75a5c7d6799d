// Command schema writes what envoy-lab knows of Envoy's v3 API, from the descriptors of go-control-plane: the
// schema that configs are checked with, and the TypeScript types of a config after reading. See README.md.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run ./packages

func main() {
	out := flag.String("out", "../../src/bootstrap", "the folder of the generated files")
	check := flag.Bool("check", false, "write nothing; exit 1 when a file differs from what would be written")
	flag.Parse()
	if err := run(*out, *check); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out string, check bool) error {
	api := readAPI()
	for name, content := range map[string]string{
		"api.generated.ts":           writeTypes(api),
		"schema/schema.generated.ts": writeSchema(api),
	} {
		path := filepath.Join(out, name)
		if !check {
			if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
				return err
			}
			continue
		}
		present, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Equal(present, []byte(content)) {
			return fmt.Errorf("%s is not what the pinned API gives: run go run . in tools/schema", path)
		}
	}
	return nil
}
