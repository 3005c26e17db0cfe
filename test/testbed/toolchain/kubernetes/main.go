// Package main holds etcd, kube-apiserver and kube-controller-manager in one
// binary; the first argument picks the one to run.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

func main() {
	if len(os.Args) < 2 {
		fail("missing argument")
	}
	name := os.Args[1]
	args := append([]string{name}, os.Args[2:]...)
	os.Args = args
	switch name {
	case "etcd":
		etcdmain.Main(args)
	case "kube-apiserver":
		run(apiserver.NewAPIServerCommand())
	case "kube-controller-manager":
		run(controllermanager.NewControllerManagerCommand())
	default:
		fail(fmt.Sprintf("unknown program %q", name))
	}
}

func run(command *cobra.Command) {
	os.Exit(cli.Run(command))
}

func fail(problem string) {
	fmt.Fprintf(os.Stderr, "%s: want etcd, kube-apiserver or kube-controller-manager first\n", problem)
	os.Exit(2)
}
