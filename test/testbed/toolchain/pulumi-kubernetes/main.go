// Package main is the Kubernetes plugin of Pulumi without its schema, which
// only code generators ask for.
package main

import "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"

func main() {
	provider.Serve("kubernetes", "4.25.0", []byte("{}"), []byte("{}"))
}
