package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"
	"sigs.k8s.io/yaml"
)

// schema is what is read of an OpenAPI v3 schema of a CRD.
type schema struct {
	Properties           map[string]*schema `json:"properties"`
	Items                *schema            `json:"items"`
	AdditionalProperties *schema            `json:"additionalProperties"`
	Required             []string           `json:"required"`
	Minimum              *float64           `json:"minimum"`
	Maximum              *float64           `json:"maximum"`
	MinItems             *float64           `json:"minItems"`
	MaxItems             *float64           `json:"maxItems"`
	MinProperties        *float64           `json:"minProperties"`
	MaxProperties        *float64           `json:"maxProperties"`
	MinLength            *float64           `json:"minLength"`
	MaxLength            *float64           `json:"maxLength"`
	IntOrString          bool               `json:"x-kubernetes-int-or-string"`
	Free                 bool               `json:"x-kubernetes-preserve-unknown-fields"`
}

type definition struct {
	Spec struct {
		Names    struct{ Kind string }
		Versions []struct {
			Schema struct {
				OpenAPIV3Schema *schema `json:"openAPIV3Schema"`
			}
		}
	}
}

// bound is how much a field may hold. A field that stands at several places has the laxest bound of them.
type bound struct {
	required, intOrString, snakeCase bool
	min, max, sizeMin, sizeMax       *float64
}

type bounds map[protoreflect.FullName]*bound

func readBounds(file string) (bounds, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	out := bounds{}
	seen := 0
	for _, document := range bytes.Split(text, []byte("\n---")) {
		var crd definition
		if err := yaml.Unmarshal(document, &crd); err != nil {
			return nil, err
		}
		root := roots[crd.Spec.Names.Kind]
		for _, version := range crd.Spec.Versions {
			if root == nil || version.Schema.OpenAPIV3Schema == nil {
				continue
			}
			seen++
			out.message(root.ProtoReflect().Descriptor(), version.Schema.OpenAPIV3Schema.Properties["spec"], 0)
		}
	}
	if seen == 0 {
		return nil, fmt.Errorf("%s holds no CRD of a kind of Istio", file)
	}
	return out, nil
}

func (b bounds) message(message protoreflect.MessageDescriptor, at *schema, depth int) {
	if _, special := wellKnown[message.FullName()]; special || at == nil || at.Free || depth > 20 {
		return
	}
	for i := 0; i < message.Fields().Len(); i++ {
		field := message.Fields().Get(i)
		found := at.Properties[field.JSONName()]
		if found == nil {
			continue
		}
		b.field(field, found, at)
		if value := valueOf(field); value.Message() != nil {
			below := found
			if field.IsList() {
				below = found.Items
			} else if field.IsMap() {
				below = found.AdditionalProperties
			}
			b.message(value.Message(), below, depth+1)
		}
	}
}

func (b bounds) field(field protoreflect.FieldDescriptor, found, parent *schema) {
	here := &bound{intOrString: found.IntOrString, min: found.Minimum, max: found.Maximum}
	for _, name := range parent.Required {
		here.required = here.required || name == field.JSONName()
	}
	_, snake := parent.Properties[string(field.Name())]
	here.snakeCase = snake && string(field.Name()) != field.JSONName()
	here.sizeMin = first(found.MinItems, found.MinProperties, found.MinLength)
	here.sizeMax = first(found.MaxItems, found.MaxProperties, found.MaxLength)
	known := b[field.FullName()]
	if known == nil {
		b[field.FullName()] = here
		return
	}
	known.required = known.required && here.required
	known.intOrString = known.intOrString || here.intOrString
	known.snakeCase = known.snakeCase || here.snakeCase
	known.min, known.sizeMin = laxer(known.min, here.min, -1), laxer(known.sizeMin, here.sizeMin, -1)
	known.max, known.sizeMax = laxer(known.max, here.max, 1), laxer(known.sizeMax, here.sizeMax, 1)
}

func first(values ...*float64) *float64 {
	for _, value := range values {
		if value != nil {
			return value
		}
	}
	return nil
}

func laxer(a, b *float64, sign float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	if sign*(*a) > sign*(*b) {
		return a
	}
	return b
}

// text is the bound as flags of a field. The range that the field's type has by itself goes without saying.
func (b bounds) text(field protoreflect.FieldDescriptor) string {
	known := b[field.FullName()]
	if known == nil {
		return ""
	}
	out := ""
	for _, flag := range []struct {
		name string
		is   bool
	}{{"r", known.required}, {"i", known.intOrString}, {"s", known.snakeCase}} {
		if flag.is {
			out += ";" + flag.name
		}
	}
	for _, number := range []struct {
		name  string
		value *float64
	}{{">", known.min}, {"<", known.max}, {"n", known.sizeMin}, {"m", known.sizeMax}} {
		if number.value == nil || number.name == "<" && *number.value == 4294967295 {
			continue
		}
		out += ";" + number.name + strconv.FormatFloat(*number.value, 'f', -1, 64)
	}
	return out
}
