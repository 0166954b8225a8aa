package scenario

import (
	"strings"
	"testing"

	sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"
)

func TestAPIKeys(t *testing.T) {
	client := newClient(t)
	made, _, err := client.ProgrammaticAPIKeysApi.CreateApiKey(ctx, orgID(t),
		read[sdk.CreateAtlasOrganizationApiKey](t, `{"desc": "go", "roles": ["ORG_MEMBER"]}`)).Execute()
	must(t, err)
	mine := keyClient(t, made.GetPublicKey(), made.GetPrivateKey())
	_, _, err = mine.OrganizationsApi.GetOrganization(ctx, orgID(t)).Execute()
	must(t, err)
	_, _, err = mine.ProgrammaticAPIKeysApi.CreateApiKey(ctx, orgID(t),
		read[sdk.CreateAtlasOrganizationApiKey](t, `{"desc": "no", "roles": ["ORG_MEMBER"]}`)).Execute()
	if known, ok := sdk.AsError(err); !ok || known.GetError() != 401 {
		t.Fatalf("a member makes keys: %v", err)
	}

	changed, _, err := client.ProgrammaticAPIKeysApi.UpdateApiKey(ctx, orgID(t), made.GetId(),
		read[sdk.UpdateAtlasOrganizationApiKey](t, `{"desc": "go 2", "roles": ["ORG_READ_ONLY"]}`)).Execute()
	must(t, err)
	same(t, "desc", changed.GetDesc(), "go 2")
	same(t, "private key is masked", strings.HasPrefix(changed.GetPrivateKey(), "********-"), true)
	one, _, err := client.ProgrammaticAPIKeysApi.GetApiKey(ctx, orgID(t), made.GetId()).Execute()
	must(t, err)
	same(t, "role", one.GetRoles()[0].GetRoleName(), "ORG_READ_ONLY")
	list, _, err := client.ProgrammaticAPIKeysApi.ListApiKeys(ctx, orgID(t)).ItemsPerPage(500).Execute()
	must(t, err)
	found := false
	for _, it := range list.GetResults() {
		found = found || it.GetId() == made.GetId()
	}
	same(t, "listed", found, true)

	response, err := last(client.ProgrammaticAPIKeysApi.DeleteApiKey(ctx, orgID(t), made.GetId()).Execute())
	must(t, err)
	status(t, response, 204)
	_, _, err = client.ProgrammaticAPIKeysApi.GetApiKey(ctx, orgID(t), made.GetId()).Execute()
	refused(t, err, 404, "API_KEY_NOT_FOUND")
	_, response, _ = mine.OrganizationsApi.GetOrganization(ctx, orgID(t)).Execute()
	status(t, response, 401)
}
