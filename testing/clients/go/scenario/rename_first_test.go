//go:build !since20250219

package scenario

import sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"

func renameOrg(client *sdk.APIClient, id, name string) (*sdk.AtlasOrganization, error) {
	org, _, err := client.OrganizationsApi.RenameOrganization(ctx, id, &sdk.AtlasOrganization{Name: name}).Execute()
	return org, err
}
