//go:build !since20240530

package scenario

import sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"

type (
	projectUpdate = sdk.GroupName
	migration     = sdk.LiveMigrationRequest
	keyAccess     = sdk.UserAccessList
)

const migrationDrop = "dropEnabled"
