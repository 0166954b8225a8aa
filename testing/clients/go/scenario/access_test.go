package scenario

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"

	sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"
)

func TestProjectAccessList(t *testing.T) {
	client := newClient(t)
	projectID := newProject(t, client)
	lists := client.ProjectIPAccessListApi
	page, response, err := lists.CreateProjectIpAccessList(ctx, projectID, read[[]sdk.NetworkPermissionEntry](t, `[
		{"ipAddress": "192.0.2.7", "comment": "one"}, {"cidrBlock": "10.1.0.0/16"}
	]`)).Execute()
	must(t, err)
	status(t, response, 201)
	same(t, "entries", len(page.GetResults()), 2)
	one, _, err := lists.GetProjectIpList(ctx, projectID, "192.0.2.7").Execute()
	must(t, err)
	same(t, "block", one.GetCidrBlock(), "192.0.2.7/32")
	block, _, err := lists.GetProjectIpList(ctx, projectID, "10.1.0.0/16").Execute()
	must(t, err)
	same(t, "block", block.GetCidrBlock(), "10.1.0.0/16")
	state, _, err := lists.GetProjectIpAccessListStatus(ctx, projectID, "192.0.2.7").Execute()
	must(t, err)
	if state.GetSTATUS() == "" {
		t.Fatal("an entry without a status")
	}
	response, err = last(lists.DeleteProjectIpAccessList(ctx, projectID, "10.1.0.0/16").Execute())
	must(t, err)
	status(t, response, 204)
	list, _, err := lists.ListProjectIpAccessLists(ctx, projectID).Execute()
	must(t, err)
	same(t, "entries", list.GetTotalCount(), 1)
	_, _, err = lists.GetProjectIpList(ctx, projectID, "10.1.0.0/16").Execute()
	if known, ok := sdk.AsError(err); !ok || known.GetError() != 404 {
		t.Fatalf("an entry that is gone: %v", err)
	}
}

func TestCustomRoles(t *testing.T) {
	client := newClient(t)
	projectID := newProject(t, client)
	roles := client.CustomDatabaseRolesApi
	made, _, err := roles.CreateCustomDatabaseRole(ctx, projectID, read[sdk.UserCustomDBRole](t, `{
		"roleName": "counter", "actions": [{"action": "FIND", "resources": [{"db": "shop", "collection": "orders"}]}]
	}`)).Execute()
	must(t, err)
	same(t, "role", made.GetRoleName(), "counter")
	changed, _, err := roles.UpdateCustomDatabaseRole(ctx, projectID, "counter", read[sdk.UpdateCustomDBRole](t, `{
		"actions": [{"action": "INSERT", "resources": [{"db": "shop", "collection": "orders"}]}]
	}`)).Execute()
	must(t, err)
	same(t, "action", changed.GetActions()[0].GetAction(), "INSERT")
	list, _, err := roles.ListCustomDatabaseRoles(ctx, projectID).Execute()
	must(t, err)
	same(t, "roles", len(list), 1)
	_, err = last(roles.DeleteCustomDatabaseRole(ctx, projectID, "counter").Execute())
	must(t, err)
	_, _, err = roles.GetCustomDatabaseRole(ctx, projectID, "counter").Execute()
	if known, ok := sdk.AsError(err); !ok || known.GetError() != 404 {
		t.Fatalf("a role that is gone: %v", err)
	}
}

func TestProjectKeys(t *testing.T) {
	client := newClient(t)
	projectID := newProject(t, client)
	keys := client.ProgrammaticAPIKeysApi
	made, _, err := keys.CreateProjectApiKey(ctx, projectID,
		read[sdk.CreateAtlasProjectApiKey](t, `{"desc": "of a project", "roles": ["GROUP_READ_ONLY"]}`)).Execute()
	must(t, err)
	t.Cleanup(func() {
		_, err := last(keys.DeleteApiKey(ctx, orgID(t), made.GetId()).Execute())
		must(t, err)
	})
	mine := keyClient(t, made.GetPublicKey(), made.GetPrivateKey())
	_, _, err = mine.ProjectsApi.GetProject(ctx, projectID).Execute()
	must(t, err)
	list, _, err := keys.ListProjectApiKeys(ctx, projectID).Execute()
	must(t, err)
	if len(list.GetResults()) == 0 {
		t.Fatal("the key is not listed")
	}

	entries, _, err := keys.CreateApiKeyAccessList(ctx, orgID(t), made.GetId(),
		read[[]keyAccess](t, `[{"cidrBlock": "192.0.2.0/24"}]`)).Execute()
	must(t, err)
	same(t, "entries", len(entries.GetResults()), 1)
	_, _, err = mine.ProjectsApi.GetProject(ctx, projectID).Execute()
	refused(t, err, 403, "IP_ADDRESS_NOT_ON_ACCESS_LIST")
	_, err = last(keys.RemoveProjectApiKey(ctx, projectID, made.GetId()).Execute())
	must(t, err)
}

func TestInvitations(t *testing.T) {
	client := newClient(t)
	orgs := client.OrganizationsApi
	username := unique("go") + "@example.com"
	made, _, err := orgs.CreateOrganizationInvitation(ctx, orgID(t), read[sdk.OrganizationInvitationRequest](t,
		`{"username": "`+username+`", "roles": ["ORG_MEMBER"]}`)).Execute()
	must(t, err)
	list, _, err := orgs.ListOrganizationInvitations(ctx, orgID(t)).Username(username).Execute()
	must(t, err)
	same(t, "invitations", len(list), 1)
	one, _, err := orgs.GetOrganizationInvitation(ctx, orgID(t), made.GetId()).Execute()
	must(t, err)
	same(t, "username", one.GetUsername(), username)
	_, err = last(orgs.DeleteOrganizationInvitation(ctx, orgID(t), made.GetId()).Execute())
	must(t, err)
}

func TestEvents(t *testing.T) {
	client := newClient(t)
	projectID := newProject(t, client)
	page, _, err := client.EventsApi.ListProjectEvents(ctx, projectID).EventType([]string{"GROUP_CREATED"}).Execute()
	must(t, err)
	same(t, "events", len(page.GetResults()), 1)
	event := page.GetResults()[0]
	same(t, "project", event.GetGroupId(), projectID)
	one, _, err := client.EventsApi.GetProjectEvent(ctx, projectID, event.GetId()).Execute()
	must(t, err)
	same(t, "type", one.GetEventTypeName(), "GROUP_CREATED")
	inOrg, _, err := client.EventsApi.ListOrganizationEvents(ctx, orgID(t)).ItemsPerPage(5).Execute()
	must(t, err)
	if len(inOrg.GetResults()) == 0 {
		t.Fatal("nothing has happened in the organization")
	}
}

func TestLimits(t *testing.T) {
	client := newClient(t)
	projectID := newProject(t, client)
	const name = "atlas.project.deployment.clusters"
	list, _, err := client.ProjectsApi.ListProjectLimits(ctx, projectID).Execute()
	must(t, err)
	if len(list) == 0 {
		t.Fatal("no limits")
	}
	_, _, err = client.ProjectsApi.SetProjectLimit(ctx, name, projectID, read[sdk.DataFederationLimit](t,
		`{"name": "`+name+`", "value": 30}`)).Execute()
	must(t, err)
	one, _, err := client.ProjectsApi.GetProjectLimit(ctx, name, projectID).Execute()
	must(t, err)
	same(t, "limit", one.GetValue(), 30)
	_, err = last(client.ProjectsApi.DeleteProjectLimit(ctx, name, projectID).Execute())
	must(t, err)
}

// TestInside looks into a cluster as operators' programs do: its processes, a log, its arguments, over all projects.
func TestInside(t *testing.T) {
	client := newClient(t)
	projectID := newProject(t, client)
	newCluster(t, client, projectID)
	processes, _, err := client.MonitoringAndLogsApi.ListAtlasProcesses(ctx, projectID).Execute()
	must(t, err)
	same(t, "processes", len(processes.GetResults()), 1)
	process := processes.GetResults()[0]
	same(t, "kind", process.GetTypeName(), "REPLICA_PRIMARY")
	log, _, err := client.MonitoringAndLogsApi.GetHostLogs(ctx, projectID, process.GetHostname(), "mongodb").Execute()
	must(t, err)
	defer log.Close()
	unzipped, err := gzip.NewReader(log)
	must(t, err)
	text, err := io.ReadAll(unzipped)
	must(t, err)
	if !strings.Contains(string(text), `"t":{"$date"`) {
		t.Fatalf("no log of mongod: %.200s", text)
	}

	_, _, err = client.ClustersApi.UpdateClusterAdvancedConfiguration(ctx, projectID, "go",
		read[processArguments](t, `{"minimumEnabledTlsProtocol": "TLS1_2", "noTableScan": true}`)).Execute()
	must(t, err)
	arguments, _, err := client.ClustersApi.GetClusterAdvancedConfiguration(ctx, projectID, "go").Execute()
	must(t, err)
	same(t, "noTableScan", arguments.GetNoTableScan(), true)
	idle(t, client, projectID, "go")
	found := false
	all, _, err := client.ClustersApi.ListClustersForAllProjects(ctx).Execute()
	must(t, err)
	for _, it := range all.GetResults() {
		found = found || it.GetGroupId() == projectID
	}
	same(t, "in the list over all projects", found, true)
	state, _, err := client.ClustersApi.GetClusterStatus(ctx, projectID, "go").Execute()
	must(t, err)
	same(t, "changes", state.GetChangeStatus(), "APPLIED")
}
