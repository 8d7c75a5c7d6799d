package main

import (
	"sort"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// API is every message and enum of Envoy's v3 API, and those of other packages they lead to, by full name.
type API struct {
	messages []protoreflect.MessageDescriptor
	enums    []protoreflect.EnumDescriptor
}

func readAPI() *API {
	messages := map[protoreflect.FullName]protoreflect.MessageDescriptor{}
	enums := map[protoreflect.FullName]protoreflect.EnumDescriptor{}
	var addMessage func(protoreflect.MessageDescriptor)
	addEnum := func(enum protoreflect.EnumDescriptor) { enums[enum.FullName()] = enum }
	addMessage = func(message protoreflect.MessageDescriptor) {
		if _, seen := messages[message.FullName()]; seen {
			return
		}
		if !message.IsMapEntry() && wellKnown[message.FullName()] == "" {
			messages[message.FullName()] = message
		}
		fields := message.Fields()
		for i := range fields.Len() {
			if wellKnown[message.FullName()] != "" {
				break
			}
			if to := fields.Get(i).Message(); to != nil {
				addMessage(to)
			} else if to := fields.Get(i).Enum(); to != nil {
				addEnum(to)
			}
		}
		nested := message.Messages()
		for i := range nested.Len() {
			if !nested.Get(i).IsMapEntry() {
				addMessage(nested.Get(i))
			}
		}
		for i := range message.Enums().Len() {
			addEnum(message.Enums().Get(i))
		}
	}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !isRoot(string(file.Package())) {
			return true
		}
		for i := range file.Messages().Len() {
			addMessage(file.Messages().Get(i))
		}
		for i := range file.Enums().Len() {
			addEnum(file.Enums().Get(i))
		}
		return true
	})
	api := &API{}
	for _, message := range messages {
		api.messages = append(api.messages, message)
	}
	for _, enum := range enums {
		api.enums = append(api.enums, enum)
	}
	sort.Slice(api.messages, func(i, j int) bool { return api.messages[i].FullName() < api.messages[j].FullName() })
	sort.Slice(api.enums, func(i, j int) bool { return api.enums[i].FullName() < api.enums[j].FullName() })
	return api
}

func isRoot(name string) bool {
	for _, prefix := range []string{"envoy.", "xds.core.", "xds.type.", "udpa.type."} {
		if strings.HasPrefix(name, prefix) && !strings.HasPrefix(name, "envoy.annotations") {
			return true
		}
	}
	return false
}

// wellKnown are the messages whose proto3 JSON form is not an object of their fields: the TypeScript type of a
// value after reading.
var wellKnown = map[protoreflect.FullName]string{
	"google.protobuf.Any":         "google.protobuf.Any",
	"google.protobuf.Duration":    "google.protobuf.Duration",
	"google.protobuf.Timestamp":   "google.protobuf.Timestamp",
	"google.protobuf.FieldMask":   "google.protobuf.FieldMask",
	"google.protobuf.Struct":      "google.protobuf.Struct",
	"google.protobuf.Value":       "google.protobuf.Value",
	"google.protobuf.ListValue":   "google.protobuf.ListValue",
	"google.protobuf.BoolValue":   "boolean",
	"google.protobuf.StringValue": "string",
	"google.protobuf.BytesValue":  "google.protobuf.Bytes",
	"google.protobuf.DoubleValue": "number",
	"google.protobuf.FloatValue":  "number",
	"google.protobuf.Int32Value":  "number",
	"google.protobuf.Int64Value":  "number",
	"google.protobuf.UInt32Value": "number",
	"google.protobuf.UInt64Value": "number",
}

func sorted(messages map[protoreflect.FullName]protoreflect.MessageDescriptor, enums map[protoreflect.FullName]protoreflect.EnumDescriptor) []protoreflect.FullName {
	var names []protoreflect.FullName
	for name := range messages {
		names = append(names, name)
	}
	for name := range enums {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool { return names[i] < names[j] })
	return names
}
