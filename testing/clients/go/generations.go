// Package clients pins the generations of the Atlas Go SDK that are run against Telamon. The scenario is written once,
// with the newest; testing/clients/go.ts compiles it with each.
package clients

import (
	_ "go.mongodb.org/atlas-sdk/v20231001001/admin"
	_ "go.mongodb.org/atlas-sdk/v20240530005/admin"
	_ "go.mongodb.org/atlas-sdk/v20240805001/admin"
	_ "go.mongodb.org/atlas-sdk/v20250219001/admin"
	_ "go.mongodb.org/atlas-sdk/v20250312006/admin"
)
