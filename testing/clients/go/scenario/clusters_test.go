package scenario

import (
	"strings"
	"testing"

	sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"
)

const replicaSet = `{"name": "go", "clusterType": "REPLICASET", "replicationSpecs": [{` + perShard + ` "regionConfigs": [{
	"providerName": "AWS", "regionName": "EU_CENTRAL_1", "priority": 7,
	"electableSpecs": {"instanceSize": "M10", "nodeCount": 1}
}]}]}`

// newCluster makes a cluster, waits until it is IDLE, and deletes it after the test as users' programs do.
func newCluster(t *testing.T, client *sdk.APIClient, projectID string) *cluster {
	t.Helper()
	made, response, err := client.ClustersApi.CreateCluster(ctx, projectID, read[cluster](t, replicaSet)).Execute()
	must(t, err)
	status(t, response, 201)
	same(t, "state", made.GetStateName(), "CREATING")
	t.Cleanup(func() {
		response, err := client.ClustersApi.DeleteCluster(ctx, projectID, made.GetName()).Execute()
		must(t, err)
		status(t, response, 202)
		until(t, "deleted", func() (string, bool) {
			it, _, err := client.ClustersApi.GetCluster(ctx, projectID, made.GetName()).Execute()
			if err == nil {
				return it.GetStateName(), false
			}
			refused(t, err, 404, "CLUSTER_NOT_FOUND")
			return "", true
		})
	})
	return idle(t, client, projectID, made.GetName())
}

func idle(t *testing.T, client *sdk.APIClient, projectID, name string) *cluster {
	t.Helper()
	var now *cluster
	until(t, "IDLE", func() (string, bool) {
		var err error
		now, _, err = client.ClustersApi.GetCluster(ctx, projectID, name).Execute()
		must(t, err)
		return now.GetStateName(), now.GetStateName() == "IDLE"
	})
	return now
}

func TestClusters(t *testing.T) {
	client := newClient(t)
	projectID := newProject(t, client)
	made := newCluster(t, client, projectID)
	standard := made.ConnectionStrings.GetStandard()
	if !strings.HasPrefix(standard, "mongodb://") {
		t.Fatalf("connection string %q", standard)
	}
	list, _, err := client.ClustersApi.ListClusters(ctx, projectID).Execute()
	must(t, err)
	same(t, "clusters", len(list.GetResults()), 1)
	project, _, err := client.ProjectsApi.GetProject(ctx, projectID).Execute()
	must(t, err)
	same(t, "clusterCount", project.GetClusterCount(), 1)
	_, err = last(client.ProjectsApi.DeleteProject(ctx, projectID).Execute())
	refused(t, err, 409, "CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS")

	_, _, err = client.ClustersApi.CreateCluster(ctx, projectID, read[cluster](t, replicaSet)).Execute()
	if known, ok := sdk.AsError(err); !ok || known.GetError() >= 500 || known.GetErrorCode() == "" {
		t.Fatalf("a second cluster of the name: %v", err)
	}
	_, _, err = client.ClustersApi.UpdateCluster(ctx, projectID, "go", read[cluster](t, `{"terminationProtectionEnabled": true}`)).Execute()
	must(t, err)
	_, err = client.ClustersApi.DeleteCluster(ctx, projectID, "go").Execute()
	if err == nil {
		t.Fatal("deleted in spite of its protection")
	}
	same(t, "protected", idle(t, client, projectID, "go").GetTerminationProtectionEnabled(), true)
	_, _, err = client.ClustersApi.UpdateCluster(ctx, projectID, "go", read[cluster](t, `{"terminationProtectionEnabled": false}`)).Execute()
	must(t, err)
	_, _, err = client.ClustersApi.GetCluster(ctx, projectID, "none").Execute()
	refused(t, err, 404, "CLUSTER_NOT_FOUND")
}

func TestDatabaseUsers(t *testing.T) {
	client := newClient(t)
	projectID := newProject(t, client)
	user := read[sdk.CloudDatabaseUser](t, `{
		"username": "app", "password": "a-long-password", "databaseName": "admin", "groupId": "`+projectID+`",
		"roles": [{"roleName": "readWrite", "databaseName": "shop"}]
	}`)
	made, response, err := client.DatabaseUsersApi.CreateDatabaseUser(ctx, projectID, user).Execute()
	must(t, err)
	status(t, response, 201)
	same(t, "password", made.GetPassword(), "")
	_, _, err = client.DatabaseUsersApi.CreateDatabaseUser(ctx, projectID, user).Execute()
	refused(t, err, 409, "USER_ALREADY_EXISTS")

	// As Terraform changes a user: all of it again, with the roles of now.
	user = read[sdk.CloudDatabaseUser](t, `{
		"username": "app", "databaseName": "admin", "groupId": "`+projectID+`",
		"roles": [{"roleName": "read", "databaseName": "shop"}, {"roleName": "readWrite", "databaseName": "logs"}]
	}`)
	changed, _, err := client.DatabaseUsersApi.UpdateDatabaseUser(ctx, projectID, "admin", "app", user).Execute()
	must(t, err)
	same(t, "roles", len(changed.GetRoles()), 2)
	one, _, err := client.DatabaseUsersApi.GetDatabaseUser(ctx, projectID, "admin", "app").Execute()
	must(t, err)
	same(t, "username", one.GetUsername(), "app")
	list, _, err := client.DatabaseUsersApi.ListDatabaseUsers(ctx, projectID).Execute()
	must(t, err)
	same(t, "users", len(list.GetResults()), 1)
	response, err = last(client.DatabaseUsersApi.DeleteDatabaseUser(ctx, projectID, "admin", "app").Execute())
	must(t, err)
	status(t, response, 204)
	_, _, err = client.DatabaseUsersApi.GetDatabaseUser(ctx, projectID, "admin", "app").Execute()
	refused(t, err, 404, "USERNAME_NOT_FOUND")
}
