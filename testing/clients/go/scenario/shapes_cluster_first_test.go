//go:build !since20240805

package scenario

import sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"

type (
	cluster          = sdk.AdvancedClusterDescription
	processArguments = sdk.ClusterDescriptionProcessArgs
)

// In this shape a specification holds a number of shards.
const perShard = `"numShards": 1,`
