// Command envoy-schema prints the compact field table that src/envoy/schema/api-table.ts reads: every message and
// enum that may occur in an Envoy dump, fields in declaration order. README.md describes the format.
package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// shared are the packages of which only what an Envoy message refers to is listed; of all others everything is.
var shared = regexp.MustCompile(`^(google|grpc|cel|validate|opentelemetry|io\.prometheus)(\.|$)`)

// wellKnown may stand behind "@type" though no field refers to them.
var wellKnown = []protoreflect.FullName{
	"google.protobuf.Any", "google.protobuf.Duration", "google.protobuf.Timestamp", "google.protobuf.FieldMask",
	"google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue", "google.protobuf.Empty",
	"google.protobuf.BoolValue", "google.protobuf.BytesValue", "google.protobuf.StringValue",
	"google.protobuf.Int32Value", "google.protobuf.UInt32Value", "google.protobuf.Int64Value",
	"google.protobuf.UInt64Value", "google.protobuf.FloatValue", "google.protobuf.DoubleValue", "google.rpc.Status",
}

var scalars = map[protoreflect.Kind]string{
	protoreflect.StringKind: "", protoreflect.BytesKind: "b", protoreflect.BoolKind: "o",
	protoreflect.Int32Kind: "i", protoreflect.Sint32Kind: "i", protoreflect.Sfixed32Kind: "i",
	protoreflect.Uint32Kind: "u", protoreflect.Fixed32Kind: "u",
	protoreflect.Int64Kind: "I", protoreflect.Sint64Kind: "I", protoreflect.Sfixed64Kind: "I",
	protoreflect.Uint64Kind: "U", protoreflect.Fixed64Kind: "U",
	protoreflect.FloatKind: "f", protoreflect.DoubleKind: "d",
}

type table struct {
	messages map[protoreflect.FullName]protoreflect.MessageDescriptor
	enums    map[protoreflect.FullName]protoreflect.EnumDescriptor
}

func main() {
	t := collect()
	messages, enums := names(t.messages), names(t.enums)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	if len(os.Args) > 1 && os.Args[1] == "wire" {
		printWire(out, t, messages)
		return
	}
	fmt.Fprintf(out, "{\n\"generatedBy\": \"scripts/envoy-schema\",\n\"sources\": %s,\n", quoteAll(sources(), ", "))
	lines := make([]string, 0, len(enums))
	for _, name := range enums {
		lines = append(lines, enumLine(t.enums[name]))
	}
	fmt.Fprintf(out, "\"enums\": %s,\n", quoteAll(lines, ",\n"))
	messageIndex, enumIndex := index(messages), index(enums)
	lines = make([]string, 0, len(messages))
	for _, name := range messages {
		lines = append(lines, messageLine(t.messages[name], messageIndex, enumIndex))
	}
	fmt.Fprintf(out, "\"messages\": %s\n}\n", quoteAll(lines, ",\n"))
}

// printWire prints how the fields of the same messages, in the same order, are written in bytes.
func printWire(out *bufio.Writer, t *table, messages []protoreflect.FullName) {
	lines := make([]string, 0, len(messages))
	for _, name := range messages {
		lines = append(lines, wireLine(t.messages[name]))
	}
	fmt.Fprintf(out, "{\n\"generatedBy\": \"scripts/envoy-schema wire\",\n\"sources\": %s,\n", quoteAll(sources(), ", "))
	fmt.Fprintf(out, "\"messages\": %s\n}\n", quoteAll(lines, ",\n"))
}

func wireLine(message protoreflect.MessageDescriptor) string {
	var parts []string
	next := protoreflect.FieldNumber(1)
	plain := true
	for i := 0; i < message.Fields().Len(); i++ {
		field := message.Fields().Get(i)
		part := ""
		if field.Number() != next {
			part = strconv.Itoa(int(field.Number()))
		}
		next = field.Number() + 1
		part += encoding(field)
		plain = plain && part == ""
		parts = append(parts, part)
	}
	if plain {
		return ""
	}
	return strings.Join(parts, ",")
}

// encoding is z for zigzag and x for fixed width, where the type of the field in the other table leaves it open.
func encoding(field protoreflect.FieldDescriptor) string {
	if field.IsMap() {
		key, value := encoding(field.MapKey()), encoding(field.MapValue())
		if key != "" {
			panic("map keys of this encoding are not provided for: " + string(field.FullName()))
		}
		return value
	}
	switch field.Kind() {
	case protoreflect.Sint32Kind, protoreflect.Sint64Kind:
		return "z"
	case protoreflect.Sfixed32Kind, protoreflect.Fixed32Kind, protoreflect.Sfixed64Kind, protoreflect.Fixed64Kind:
		return "x"
	case protoreflect.GroupKind:
		panic("groups are not provided for: " + string(field.FullName()))
	}
	return ""
}

func collect() *table {
	t := &table{map[protoreflect.FullName]protoreflect.MessageDescriptor{}, map[protoreflect.FullName]protoreflect.EnumDescriptor{}}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !shared.MatchString(string(file.Package())) {
			t.addAll(file.Messages())
		}
		return true
	})
	for _, name := range wellKnown {
		found, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, "envoy-schema:", name, err)
			os.Exit(1)
		}
		t.add(found.(protoreflect.MessageDescriptor))
	}
	return t
}

func (t *table) addAll(list protoreflect.MessageDescriptors) {
	for i := 0; i < list.Len(); i++ {
		t.add(list.Get(i))
		t.addAll(list.Get(i).Messages())
	}
}

func (t *table) add(message protoreflect.MessageDescriptor) {
	if message.IsMapEntry() || t.messages[message.FullName()] != nil {
		return
	}
	t.messages[message.FullName()] = message
	for i := 0; i < message.Fields().Len(); i++ {
		field := message.Fields().Get(i)
		if field.IsMap() {
			field = field.MapValue()
		}
		if field.Message() != nil {
			t.add(field.Message())
		}
		if field.Enum() != nil {
			t.enums[field.Enum().FullName()] = field.Enum()
		}
	}
}

func messageLine(message protoreflect.MessageDescriptor, messages, enums map[protoreflect.FullName]int) string {
	parts := []string{string(message.FullName())}
	for i := 0; i < message.Fields().Len(); i++ {
		field := message.Fields().Get(i)
		part := string(field.Name())
		if code := fieldCode(field, messages, enums); code != "" {
			part += ":" + code
		}
		if field.JSONName() != camelCase(string(field.Name())) {
			part += "=" + field.JSONName()
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func fieldCode(field protoreflect.FieldDescriptor, messages, enums map[protoreflect.FullName]int) string {
	switch {
	case field.IsMap():
		// Keys that are not strings are written with their own scalar code, so that numeric keys sort as numbers.
		return "{" + scalars[field.MapKey().Kind()] + "}" + valueCode(field.MapValue(), messages, enums)
	case field.IsList():
		return "*" + valueCode(field, messages, enums)
	case field.Message() == nil && field.HasPresence():
		return "?" + valueCode(field, messages, enums)
	}
	return valueCode(field, messages, enums)
}

func valueCode(field protoreflect.FieldDescriptor, messages, enums map[protoreflect.FullName]int) string {
	if field.Message() != nil {
		return "m" + strconv.FormatInt(int64(messages[field.Message().FullName()]), 36)
	}
	if field.Enum() != nil {
		return "e" + strconv.FormatInt(int64(enums[field.Enum().FullName()]), 36)
	}
	return scalars[field.Kind()]
}

func enumLine(enum protoreflect.EnumDescriptor) string {
	parts := []string{string(enum.FullName())}
	values := enum.Values()
	for i, next := 0, protoreflect.EnumNumber(0); i < values.Len(); i++ {
		value := values.Get(i)
		if value.Number() == next {
			parts = append(parts, string(value.Name()))
		} else {
			parts = append(parts, fmt.Sprintf("%s=%d", value.Name(), value.Number()))
		}
		next = value.Number() + 1
	}
	return strings.Join(parts, " ")
}

// camelCase is the name that a JSON name has unless the proto file gives another.
func camelCase(name string) string {
	var out []byte
	for i := 0; i < len(name); i++ {
		if name[i] == '_' {
			if i+1 < len(name) && name[i+1] >= 'a' && name[i+1] <= 'z' {
				i++
				out = append(out, name[i]-'a'+'A')
			}
			continue
		}
		out = append(out, name[i])
	}
	return string(out)
}

func sources() []string {
	info, _ := debug.ReadBuildInfo()
	var out []string
	for _, module := range info.Deps {
		switch module.Path {
		case "github.com/envoyproxy/go-control-plane/envoy", "github.com/envoyproxy/go-control-plane/contrib",
			"github.com/cncf/xds/go", "istio.io/api":
			out = append(out, module.Path+" "+module.Version)
		}
	}
	sort.Strings(out)
	return out
}

func names[D any](items map[protoreflect.FullName]D) []protoreflect.FullName {
	out := make([]protoreflect.FullName, 0, len(items))
	for name := range items {
		out = append(out, name)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}

func index(list []protoreflect.FullName) map[protoreflect.FullName]int {
	out := make(map[protoreflect.FullName]int, len(list))
	for i, name := range list {
		out[name] = i
	}
	return out
}

func quoteAll(list []string, separator string) string {
	quoted := make([]string, len(list))
	for i, text := range list {
		quoted[i] = strconv.Quote(text)
	}
	return "[" + strings.Join(quoted, separator) + "]"
}
