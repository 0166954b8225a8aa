package scenario

import (
	"strings"
	"testing"

	sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"
)

const nobody = "aaaaaaaaaaaaaaaaaaaaaaaa"

func TestOrganizations(t *testing.T) {
	client := newClient(t)
	system, _, err := client.RootApi.GetSystemStatus(ctx).Execute()
	must(t, err)
	if system.GetBuild() == "" || system.GetAppName() == "" {
		t.Fatalf("%+v", system)
	}

	list, _, err := client.OrganizationsApi.ListOrganizations(ctx).IncludeCount(true).ItemsPerPage(500).Execute()
	must(t, err)
	found := false
	for _, it := range list.GetResults() {
		found = found || it.GetId() == orgID(t)
	}
	if !found || list.GetTotalCount() < 1 {
		t.Fatalf("%d organizations, and not this one", list.GetTotalCount())
	}

	name := unique("go")
	made, response, err := client.OrganizationsApi.CreateOrganization(ctx, read[sdk.CreateOrganizationRequest](t, `{
		"name": "`+name+`", "apiKey": {"desc": "made with it", "roles": ["ORG_OWNER"]}
	}`)).Execute()
	must(t, err)
	status(t, response, 201)
	id := made.Organization.GetId()
	same(t, "name", made.Organization.GetName(), name)

	// From here on as the key that came with it.
	key := made.GetApiKey()
	owner := keyClient(t, key.GetPublicKey(), key.GetPrivateKey())
	renamed, err := renameOrg(owner, id, name+"-2")
	must(t, err)
	same(t, "name", renamed.GetName(), name+"-2")
	page, _, err := owner.OrganizationsApi.ListOrganizations(ctx).Name(name).Execute()
	must(t, err)
	same(t, "found by name", len(page.GetResults()), 1)

	settings, _, err := owner.OrganizationsApi.UpdateOrganizationSettings(ctx, id,
		read[sdk.OrganizationSettings](t, `{"restrictEmployeeAccess": true}`)).Execute()
	must(t, err)
	same(t, "restrictEmployeeAccess", settings.GetRestrictEmployeeAccess(), true)
	settings, _, err = owner.OrganizationsApi.GetOrganizationSettings(ctx, id).Execute()
	must(t, err)
	same(t, "restrictEmployeeAccess", settings.GetRestrictEmployeeAccess(), true)

	project, _, err := owner.ProjectsApi.CreateProject(ctx, &sdk.Group{Name: unique("go"), OrgId: id}).Execute()
	must(t, err)
	_, err = last(owner.OrganizationsApi.DeleteOrganization(ctx, id).Execute())
	refused(t, err, 409, "ORG_NOT_EMPTY")
	_, err = last(owner.ProjectsApi.DeleteProject(ctx, project.GetId()).Execute())
	must(t, err)
	response, err = last(owner.OrganizationsApi.DeleteOrganization(ctx, id).Execute())
	must(t, err)
	status(t, response, 204)

	_, response, err = owner.OrganizationsApi.GetOrganization(ctx, id).Execute()
	if err == nil || response.StatusCode != 401 {
		t.Fatalf("the key of a deleted organization still gets %v", response)
	}
	_, _, err = client.OrganizationsApi.GetOrganization(ctx, nobody).Execute()
	refused(t, err, 404, "ORG_NOT_FOUND")
	_, _, err = client.OrganizationsApi.GetOrganization(ctx, "notofhexadecimaldigits!!").Execute()
	refused(t, err, 404, "INVALID_ORG_ID")
	if !strings.Contains(err.Error(), "INVALID_ORG_ID") {
		t.Fatalf("what users of the SDK log: %v", err)
	}
}
