//go:build since20250219

package scenario

import (
	"testing"
	"time"

	sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"
)

func TestEmployeeAccess(t *testing.T) {
	client := newClient(t)
	projectID := newProject(t, client)
	newCluster(t, client, projectID)
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	grant := &sdk.EmployeeAccessGrant{GrantType: "CLUSTER_DATABASE_LOGS", ExpirationTime: until}
	response, err := last(client.ClustersApi.GrantMongoDbEmployeeAccess(ctx, projectID, "go", grant).Execute())
	must(t, err)
	status(t, response, 204)
	granted := idle(t, client, projectID, "go").GetMongoDBEmployeeAccessGrant()
	same(t, "type", granted.GetGrantType(), grant.GrantType)
	same(t, "time", granted.GetExpirationTime().UTC(), until)

	// As Terraform does it: over the grant that stands, and with a time that is long past.
	grant = &sdk.EmployeeAccessGrant{GrantType: "CLUSTER_INFRASTRUCTURE", ExpirationTime: time.Date(2025, 8, 1, 12, 0, 0, 0, time.UTC)}
	_, err = last(client.ClustersApi.GrantMongoDbEmployeeAccess(ctx, projectID, "go", grant).Execute())
	must(t, err)
	granted = idle(t, client, projectID, "go").GetMongoDBEmployeeAccessGrant()
	same(t, "type", granted.GetGrantType(), grant.GrantType)
	same(t, "time", granted.GetExpirationTime().UTC(), grant.ExpirationTime)

	for range 2 {
		response, err = last(client.ClustersApi.RevokeMongoDbEmployeeAccess(ctx, projectID, "go").Execute())
		must(t, err)
		status(t, response, 204)
	}
	_, has := idle(t, client, projectID, "go").GetMongoDBEmployeeAccessGrantOk()
	same(t, "granted", has, false)
	grant.GrantType = "EVERYTHING"
	_, err = last(client.ClustersApi.GrantMongoDbEmployeeAccess(ctx, projectID, "go", grant).Execute())
	refused(t, err, 400, "INVALID_ENUM_VALUE")
	_, err = last(client.ClustersApi.RevokeMongoDbEmployeeAccess(ctx, projectID, "none").Execute())
	refused(t, err, 404, "CLUSTER_NOT_FOUND")
}

func TestServiceAccounts(t *testing.T) {
	client := newClient(t)
	accounts := client.ServiceAccountsApi
	made, response, err := accounts.CreateServiceAccount(ctx, orgID(t), read[sdk.OrgServiceAccountRequest](t, `{
		"name": "go", "description": "made by a program", "roles": ["ORG_READ_ONLY"], "secretExpiresAfterHours": 24
	}`)).Execute()
	must(t, err)
	status(t, response, 201)
	secret := made.GetSecrets()[0].GetSecret()
	mine := oauthClient(t, made.GetClientId(), secret)
	_, _, err = mine.OrganizationsApi.GetOrganization(ctx, orgID(t)).Execute()
	must(t, err)

	more, response, err := accounts.CreateServiceAccountSecret(ctx, orgID(t), made.GetClientId(),
		&sdk.ServiceAccountSecretRequest{SecretExpiresAfterHours: 8}).Execute()
	must(t, err)
	status(t, response, 201)
	_, _, err = oauthClient(t, made.GetClientId(), more.GetSecret()).OrganizationsApi.GetOrganization(ctx, orgID(t)).Execute()
	must(t, err)
	response, err = last(accounts.DeleteServiceAccountSecret(ctx, made.GetClientId(), more.GetId(), orgID(t)).Execute())
	must(t, err)
	status(t, response, 204)
	one, _, err := accounts.GetServiceAccount(ctx, orgID(t), made.GetClientId()).Execute()
	must(t, err)
	same(t, "secrets", len(one.GetSecrets()), 1)
	same(t, "secret shown again", one.GetSecrets()[0].GetSecret(), "")
	changed, _, err := accounts.UpdateServiceAccount(ctx, made.GetClientId(), orgID(t),
		read[sdk.OrgServiceAccountUpdateRequest](t, `{"name": "go 2"}`)).Execute()
	must(t, err)
	same(t, "name", changed.GetName(), "go 2")
	same(t, "description", changed.GetDescription(), "made by a program")
	list, _, err := accounts.ListServiceAccounts(ctx, orgID(t)).ItemsPerPage(500).Execute()
	must(t, err)
	if len(list.GetResults()) < 2 {
		t.Fatalf("%d accounts", len(list.GetResults()))
	}
	response, err = accounts.DeleteServiceAccount(ctx, made.GetClientId(), orgID(t)).Execute()
	must(t, err)
	status(t, response, 204)
	_, response, err = mine.OrganizationsApi.GetOrganization(ctx, orgID(t)).Execute()
	if err == nil || response.StatusCode != 401 {
		t.Fatalf("the token of a deleted account still gets %v", response)
	}
}

func TestFlexClusters(t *testing.T) {
	client := newClient(t)
	projectID := newProject(t, client)
	flex := client.FlexClustersApi
	_, response, err := flex.CreateFlexCluster(ctx, projectID, read[sdk.FlexClusterDescriptionCreate20241113](t, `{
		"name": "small", "providerSettings": {"backingProviderName": "AWS", "regionName": "EU_CENTRAL_1"}
	}`)).Execute()
	must(t, err)
	status(t, response, 201)
	state := func() (string, bool) {
		now, _, err := flex.GetFlexCluster(ctx, projectID, "small").Execute()
		must(t, err)
		return now.GetStateName(), now.GetStateName() == "IDLE"
	}
	until(t, "IDLE", state)
	list, _, err := flex.ListFlexClusters(ctx, projectID).Execute()
	must(t, err)
	same(t, "flex clusters", len(list.GetResults()), 1)
	_, _, err = client.ClustersApi.GetCluster(ctx, projectID, "small").Execute()
	refused(t, err, 400, "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API")
	_, err = last(flex.DeleteFlexCluster(ctx, projectID, "small").Execute())
	must(t, err)
	until(t, "deleted", func() (string, bool) {
		_, response, err := flex.GetFlexCluster(ctx, projectID, "small").Execute()
		return "there", err != nil && response.StatusCode == 404
	})
}

func TestOrganizationUsers(t *testing.T) {
	client := newClient(t)
	users := client.MongoDBCloudUsersApi
	username := unique("go") + "@example.com"
	made, response, err := users.CreateOrganizationUser(ctx, orgID(t), read[sdk.OrgUserRequest](t,
		`{"username": "`+username+`", "roles": {"orgRoles": ["ORG_MEMBER"]}}`)).Execute()
	must(t, err)
	status(t, response, 201)
	same(t, "membership", made.GetOrgMembershipStatus(), "PENDING")
	list, _, err := users.ListOrganizationUsers(ctx, orgID(t)).Username(username).Execute()
	must(t, err)
	same(t, "users of that name", len(list.GetResults()), 1)
	_, err = last(users.RemoveOrganizationUser(ctx, orgID(t), made.GetId()).Execute())
	must(t, err)
	_, _, err = users.GetOrganizationUser(ctx, orgID(t), made.GetId()).Execute()
	if known, ok := sdk.AsError(err); !ok || known.GetError() != 404 {
		t.Fatalf("a user who is gone: %v", err)
	}
}
