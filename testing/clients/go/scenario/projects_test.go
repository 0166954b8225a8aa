package scenario

import (
	"testing"

	sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"
)

func TestProjects(t *testing.T) {
	client := newClient(t)
	id := newProject(t, client)
	project, _, err := client.ProjectsApi.GetProject(ctx, id).Execute()
	must(t, err)
	same(t, "orgId", project.GetOrgId(), orgID(t))
	same(t, "clusterCount", project.GetClusterCount(), 0)
	if project.GetCreated().IsZero() {
		t.Fatal("no creation time")
	}

	byName, _, err := client.ProjectsApi.GetProjectByName(ctx, project.GetName()).Execute()
	must(t, err)
	same(t, "id", byName.GetId(), id)
	inOrg, _, err := client.OrganizationsApi.ListOrganizationProjects(ctx, orgID(t)).Name(project.GetName()).Execute()
	must(t, err)
	same(t, "projects of that name", len(inOrg.GetResults()), 1)

	// As a program pages: as long as a page is full.
	seen := map[string]bool{}
	for page := 1; ; page++ {
		list, _, err := client.ProjectsApi.ListProjects(ctx).ItemsPerPage(1).PageNum(page).Execute()
		must(t, err)
		if len(list.GetResults()) == 0 {
			break
		}
		if len(list.GetResults()) != 1 || list.GetTotalCount() < page {
			t.Fatalf("page %d: %d results of %d", page, len(list.GetResults()), list.GetTotalCount())
		}
		seen[list.GetResults()[0].GetId()] = true
	}
	same(t, "on some page", seen[id], true)

	name := unique("go-renamed")
	renamed, _, err := client.ProjectsApi.UpdateProject(ctx, id, read[projectUpdate](t, `{"name": "`+name+`"}`)).Execute()
	must(t, err)
	same(t, "name", renamed.GetName(), name)

	settings, _, err := client.ProjectsApi.GetProjectSettings(ctx, id).Execute()
	must(t, err)
	same(t, "isDataExplorerEnabled", settings.GetIsDataExplorerEnabled(), true)
	settings, _, err = client.ProjectsApi.UpdateProjectSettings(ctx, id,
		read[sdk.GroupSettings](t, `{"isDataExplorerEnabled": false}`)).Execute()
	must(t, err)
	same(t, "isDataExplorerEnabled", settings.GetIsDataExplorerEnabled(), false)
	same(t, "isSchemaAdvisorEnabled", settings.GetIsSchemaAdvisorEnabled(), true)

	_, _, err = client.ProjectsApi.CreateProject(ctx, &sdk.Group{Name: name, OrgId: orgID(t)}).Execute()
	refused(t, err, 409, "GROUP_ALREADY_EXISTS")
	_, _, err = client.ProjectsApi.GetProject(ctx, nobody).Execute()
	refused(t, err, 404, "GROUP_NOT_FOUND")
	_, _, err = client.ProjectsApi.GetProjectByName(ctx, unique("none")).Execute()
	refused(t, err, 404, "GROUP_NAME_NOT_FOUND")
}
