// Command istio-schema prints the compact field table that src/config/schema/api-table.ts reads: every message and enum
// that Istio's kinds are made of. What a field may hold comes from the descriptors, how much of it from the CRDs of the
// same module, whose file is the only argument. README.md describes the format.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	extensions "istio.io/api/extensions/v1alpha1"
	mesh "istio.io/api/mesh/v1alpha1"
	networking "istio.io/api/networking/v1alpha3"
	proxyconfig "istio.io/api/networking/v1beta1"
	security "istio.io/api/security/v1beta1"
	telemetry "istio.io/api/telemetry/v1alpha1"
)

// roots are the kinds with the message that their spec (or, for those of the mesh, the whole) is.
var roots = map[string]proto.Message{
	"AuthorizationPolicy":   &security.AuthorizationPolicy{},
	"DestinationRule":       &networking.DestinationRule{},
	"EnvoyFilter":           &networking.EnvoyFilter{},
	"Gateway":               &networking.Gateway{},
	"MeshConfig":            &mesh.MeshConfig{},
	"MeshNetworks":          &mesh.MeshNetworks{},
	"PeerAuthentication":    &security.PeerAuthentication{},
	"ProxyConfig":           &proxyconfig.ProxyConfig{},
	"RequestAuthentication": &security.RequestAuthentication{},
	"ServiceEntry":          &networking.ServiceEntry{},
	"Sidecar":               &networking.Sidecar{},
	"Telemetry":             &telemetry.Telemetry{},
	"TrafficExtension":      &extensions.TrafficExtension{},
	"VirtualService":        &networking.VirtualService{},
	"WasmPlugin":            &extensions.WasmPlugin{},
	"WorkloadEntry":         &networking.WorkloadEntry{},
	"WorkloadGroup":         &networking.WorkloadGroup{},
}

var scalars = map[protoreflect.Kind]string{
	protoreflect.StringKind: "", protoreflect.BytesKind: "b", protoreflect.BoolKind: "o",
	protoreflect.Int32Kind: "i", protoreflect.Sint32Kind: "i", protoreflect.Sfixed32Kind: "i",
	protoreflect.Uint32Kind: "u", protoreflect.Fixed32Kind: "u",
	protoreflect.Int64Kind: "I", protoreflect.Sint64Kind: "I", protoreflect.Sfixed64Kind: "I",
	protoreflect.Uint64Kind: "U", protoreflect.Fixed64Kind: "U",
	protoreflect.FloatKind: "f", protoreflect.DoubleKind: "d",
}

// wellKnown are the messages whose JSON is not that of their fields.
var wellKnown = map[protoreflect.FullName]string{
	"google.protobuf.Duration": "T", "google.protobuf.Timestamp": "S", "google.protobuf.Struct": "V",
	"google.protobuf.Value": "A", "google.protobuf.ListValue": "L", "google.protobuf.Any": "V",
	"google.protobuf.BoolValue": "o", "google.protobuf.StringValue": "", "google.protobuf.BytesValue": "b",
	"google.protobuf.Int32Value": "i", "google.protobuf.UInt32Value": "u", "google.protobuf.Int64Value": "I",
	"google.protobuf.UInt64Value": "U", "google.protobuf.FloatValue": "f", "google.protobuf.DoubleValue": "d",
}

type table struct {
	messages map[protoreflect.FullName]protoreflect.MessageDescriptor
	enums    map[protoreflect.FullName]protoreflect.EnumDescriptor
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: istio-schema CRDS.yaml"))
	}
	t := &table{map[protoreflect.FullName]protoreflect.MessageDescriptor{}, map[protoreflect.FullName]protoreflect.EnumDescriptor{}}
	kinds := make([]string, 0, len(roots))
	for kind, message := range roots {
		kinds = append(kinds, kind)
		t.add(message.ProtoReflect().Descriptor())
	}
	sort.Strings(kinds)
	bounds, err := readBounds(os.Args[1])
	if err != nil {
		fail(err)
	}
	messages, enums := names(t.messages), names(t.enums)
	messageIndex, enumIndex := index(messages), index(enums)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintf(out, "{\n\"generatedBy\": \"scripts/istio-schema\",\n\"source\": %q,\n\"kinds\": {", source())
	for i, kind := range kinds {
		if i > 0 {
			fmt.Fprint(out, ",")
		}
		fmt.Fprintf(out, "\n%q: %d", kind, messageIndex[roots[kind].ProtoReflect().Descriptor().FullName()])
	}
	lines := make([]string, 0, len(enums))
	for _, name := range enums {
		lines = append(lines, enumLine(t.enums[name]))
	}
	fmt.Fprintf(out, "\n},\n\"enums\": %s,\n", quoteAll(lines))
	lines = make([]string, 0, len(messages))
	for _, name := range messages {
		lines = append(lines, messageLine(t.messages[name], messageIndex, enumIndex, bounds))
	}
	fmt.Fprintf(out, "\"messages\": %s\n}\n", quoteAll(lines))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "istio-schema:", err)
	os.Exit(1)
}

func (t *table) add(message protoreflect.MessageDescriptor) {
	if _, special := wellKnown[message.FullName()]; special || t.messages[message.FullName()] != nil {
		return
	}
	t.messages[message.FullName()] = message
	for i := 0; i < message.Fields().Len(); i++ {
		field := valueOf(message.Fields().Get(i))
		if field.Message() != nil {
			t.add(field.Message())
		}
		if field.Enum() != nil {
			t.enums[field.Enum().FullName()] = field.Enum()
		}
	}
}

// valueOf is the field itself, or what describes the values of a map.
func valueOf(field protoreflect.FieldDescriptor) protoreflect.FieldDescriptor {
	if field.IsMap() {
		return field.MapValue()
	}
	return field
}

func messageLine(message protoreflect.MessageDescriptor, messages, enums map[protoreflect.FullName]int, known bounds) string {
	parts := []string{string(message.FullName())}
	for i := 0; i < message.Fields().Len(); i++ {
		field := message.Fields().Get(i)
		part := string(field.Name()) + ":" + label(field) + valueCode(valueOf(field), messages, enums)
		if field.JSONName() != camelCase(string(field.Name())) {
			part += "=" + field.JSONName()
		}
		if oneof := field.ContainingOneof(); oneof != nil && !oneof.IsSynthetic() {
			part += fmt.Sprintf(";o%d", oneof.Index())
		}
		if field.Options().(*descriptorpb.FieldOptions).GetDeprecated() {
			part += ";x"
		}
		part += known.text(field)
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func label(field protoreflect.FieldDescriptor) string {
	switch {
	case field.IsMap():
		return "%" + scalars[field.MapKey().Kind()] + "%"
	case field.IsList():
		return "*"
	}
	return ""
}

func valueCode(field protoreflect.FieldDescriptor, messages, enums map[protoreflect.FullName]int) string {
	if field.Message() != nil {
		if code, special := wellKnown[field.Message().FullName()]; special {
			return code
		}
		return "m" + strconv.FormatInt(int64(messages[field.Message().FullName()]), 36)
	}
	if field.Enum() != nil {
		return "e" + strconv.FormatInt(int64(enums[field.Enum().FullName()]), 36)
	}
	return scalars[field.Kind()]
}

func enumLine(enum protoreflect.EnumDescriptor) string {
	parts := []string{string(enum.FullName())}
	for i := 0; i < enum.Values().Len(); i++ {
		value := enum.Values().Get(i)
		part := fmt.Sprintf("%s=%d", value.Name(), value.Number())
		if value.Options().(*descriptorpb.EnumValueOptions).GetDeprecated() {
			part += ";x"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

// camelCase is the name that a JSON name has unless the proto file gives another.
func camelCase(name string) string {
	parts := strings.Split(name, "_")
	for i, part := range parts {
		if i > 0 && part != "" {
			parts[i] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "")
}

func source() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "istio.io/api" {
			return module.Path + " " + module.Version
		}
	}
	return ""
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

func quoteAll(list []string) string {
	quoted := make([]string, len(list))
	for i, text := range list {
		quoted[i] = strconv.Quote(text)
	}
	return "[\n" + strings.Join(quoted, ",\n") + "\n]"
}
