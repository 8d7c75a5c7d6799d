package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/runtime/protoimpl"
)

// Comments are what only the comments of the .proto files say. Descriptors compiled into Go have lost them; the
// Go source still has them.
type Comments struct {
	// By Go package path, type name and, of a struct, the proto name of the field.
	text map[string]string
	// The folder of every package of the program.
	folders  map[string]string
	packages map[string]bool
}

var (
	hidden     = regexp.MustCompile(`\[#not-implemented-hide:`)
	categories = regexp.MustCompile(`\[#extension-category:\s*([\w.,\s]+)\]`)
)

func newComments() *Comments {
	list, err := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}} {{.Dir}}", ".").Output()
	if err != nil {
		log.Fatalf("go list: %v", err)
	}
	folders := map[string]string{}
	for line := range strings.Lines(string(list)) {
		path, folder, _ := strings.Cut(strings.TrimSpace(line), " ")
		folders[path] = folder
	}
	return &Comments{text: map[string]string{}, folders: folders, packages: map[string]bool{}}
}

func (c *Comments) message(message protoreflect.MessageDescriptor) string {
	path, name := c.goType(message.FullName())
	return c.text[path+"."+name]
}

func (c *Comments) field(field protoreflect.FieldDescriptor) string {
	path, name := c.goType(field.ContainingMessage().FullName())
	for _, holder := range append([]string{name}, oneofWrappers(field.ContainingMessage().FullName())...) {
		if text, found := c.text[path+"."+holder+"."+string(field.Name())]; found {
			return text
		}
	}
	return ""
}

// oneof is the comment above a oneof.
func (c *Comments) oneof(oneof protoreflect.OneofDescriptor) string {
	path, name := c.goType(oneof.Parent().FullName())
	return c.text[path+"."+name+"."+string(oneof.Name())]
}

// goType is the Go type of a message; its package is read first if it was not yet.
func (c *Comments) goType(name protoreflect.FullName) (string, string) {
	message, err := protoregistry.GlobalTypes.FindMessageByName(name)
	if err != nil {
		return "", ""
	}
	of := reflect.TypeOf(message.Zero().Interface()).Elem()
	c.read(of.PkgPath())
	return of.PkgPath(), of.Name()
}

func oneofWrappers(name protoreflect.FullName) []string {
	message, err := protoregistry.GlobalTypes.FindMessageByName(name)
	if err != nil {
		return nil
	}
	info, ok := message.(*protoimpl.MessageInfo)
	if !ok {
		return nil
	}
	var names []string
	for _, wrapper := range info.OneofWrappers {
		names = append(names, reflect.TypeOf(wrapper).Elem().Name())
	}
	return names
}

func (c *Comments) read(path string) {
	if c.packages[path] {
		return
	}
	c.packages[path] = true
	files, _ := filepath.Glob(filepath.Join(c.folders[path], "*.pb.go"))
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			log.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if group, ok := declaration.(*ast.GenDecl); ok && group.Tok == token.TYPE {
				for _, spec := range group.Specs {
					c.readType(path, group, spec.(*ast.TypeSpec))
				}
			}
		}
	}
}

func (c *Comments) readType(path string, group *ast.GenDecl, spec *ast.TypeSpec) {
	key := path + "." + spec.Name.Name
	c.text[key] = group.Doc.Text()
	body, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range body.Fields.List {
		if field.Tag == nil {
			continue
		}
		tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`"))
		if oneof := tag.Get("protobuf_oneof"); oneof != "" {
			c.text[key+"."+oneof] = field.Doc.Text()
		}
		for _, part := range strings.Split(tag.Get("protobuf"), ",") {
			if name, found := strings.CutPrefix(part, "name="); found {
				c.text[key+"."+name] = field.Doc.Text()
			}
		}
	}
}

// extensionCategories are the categories of extensions that a field takes.
func extensionCategories(text string) []string {
	found := categories.FindStringSubmatch(text)
	if found == nil {
		return nil
	}
	var names []string
	for _, name := range strings.Split(found[1], ",") {
		names = append(names, strings.TrimSpace(name))
	}
	return names
}
