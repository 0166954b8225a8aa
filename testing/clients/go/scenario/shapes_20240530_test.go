//go:build since20240530

package scenario

import sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"

type (
	projectUpdate = sdk.GroupUpdate
	migration     = sdk.LiveMigrationRequest20240530
	keyAccess     = sdk.UserAccessListRequest
)

const migrationDrop = "dropDestinationData"
