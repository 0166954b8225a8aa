//go:build since20240805

package scenario

import sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"

type (
	cluster          = sdk.ClusterDescription20240805
	processArguments = sdk.ClusterDescriptionProcessArgs20240805
)

// In this shape each specification is one shard.
const perShard = ``
