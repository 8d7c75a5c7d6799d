package main

import "runtime/debug"

// apiVersion is the version of the pinned API module, which is Envoy's.
func apiVersion() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "github.com/envoyproxy/go-control-plane/envoy" {
			return module.Version
		}
	}
	return "unknown"
}
