package scenario

import (
	"bufio"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"
)

// agent runs `telamon agent` beside the source until the test ends, and returns once it is linked.
func agent(t *testing.T, token string) {
	t.Helper()
	args := append(strings.Split(env(t, "TELAMON_COMMAND"), "\n"), "agent", "--token", token, "--host", "mover",
		"--deployment", "shop="+env(t, "TELAMON_SOURCE"), "--state-dir", t.TempDir())
	process := exec.Command(args[0], args[1:]...)
	output, err := process.StderrPipe()
	must(t, err)
	must(t, process.Start())
	lines := bufio.NewScanner(output)
	linked, said := false, ""
	for !linked && lines.Scan() {
		said += lines.Text() + "\n"
		linked = strings.HasPrefix(lines.Text(), "Linked")
	}
	t.Cleanup(func() {
		process.Process.Signal(syscall.SIGTERM)
		for lines.Scan() {
			// Drained, so that it can end.
		}
		process.Wait()
	})
	if !linked {
		t.Fatalf("the agent did not link:\n%s", said)
	}
}

func TestLinkToken(t *testing.T) {
	client := newClient(t)
	token, _, err := client.CloudMigrationServiceApi.CreateLinkToken(ctx, orgID(t),
		read[sdk.TargetOrgRequest](t, `{"accessListIps": ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]}`)).Execute()
	must(t, err)
	if token.GetLinkToken() == "" {
		t.Fatal("no token")
	}
	projects, _, err := client.CloudMigrationServiceApi.ListSourceProjects(ctx, orgID(t)).Execute()
	must(t, err)
	same(t, "projects before an agent has linked", len(projects), 0)
	response, err := last(client.CloudMigrationServiceApi.DeleteLinkToken(ctx, orgID(t)).Execute())
	must(t, err)
	status(t, response, 204)
	response, err = last(client.CloudMigrationServiceApi.DeleteLinkToken(ctx, orgID(t)).Execute())
	if err == nil {
		t.Fatal("a link that is gone is deleted once more")
	}
	status(t, response, 404)
	_, _, err = client.CloudMigrationServiceApi.CreateLinkToken(ctx, orgID(t),
		read[sdk.TargetOrgRequest](t, `{"accessListIps": ["nowhere"]}`)).Execute()
	if known, ok := sdk.AsError(err); !ok || known.GetError() != 400 || !strings.Contains(known.GetDetail(), "nowhere") {
		t.Fatalf("no address: %v", err)
	}
}

func TestLiveMigration(t *testing.T) {
	client := newClient(t)
	service := client.CloudMigrationServiceApi
	projectID := newProject(t, client)
	newCluster(t, client, projectID)
	token, _, err := service.CreateLinkToken(ctx, orgID(t), &sdk.TargetOrgRequest{}).Execute()
	must(t, err)
	t.Cleanup(func() {
		_, err := last(service.DeleteLinkToken(ctx, orgID(t)).Execute())
		must(t, err)
	})
	agent(t, token.GetLinkToken())
	projects, _, err := service.ListSourceProjects(ctx, orgID(t)).Execute()
	must(t, err)
	same(t, "source projects", len(projects), 1)
	same(t, "deployment", projects[0].GetDeployments()[0].GetName(), "shop")

	wanted := read[migration](t, `{
		"source": {"groupId": "`+projects[0].GetProjectId()+`", "clusterName": "shop", "managedAuthentication": true,
			"ssl": false, "username": "", "password": "", "caCertificatePath": ""},
		"destination": {"groupId": "`+projectID+`", "clusterName": "go", "hostnameSchemaType": ""},
		"migrationHosts": ["mover"], "`+migrationDrop+`": true
	}`)
	validation, _, err := service.ValidateMigration(ctx, projectID, wanted).Execute()
	must(t, err)
	until(t, "validated", func() (string, bool) {
		now, _, err := service.GetValidationStatus(ctx, projectID, validation.GetId()).Execute()
		must(t, err)
		if now.GetStatus() == "FAILED" {
			t.Fatal(now.GetErrorMessage())
		}
		return now.GetStatus(), now.GetStatus() == "SUCCESS"
	})
	made, response, err := service.CreatePushMigration(ctx, projectID, wanted).Execute()
	must(t, err)
	status(t, response, 201)
	_, err = last(service.DeleteLinkToken(ctx, orgID(t)).Execute())
	refused(t, err, 409, "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK")
	if known, _ := sdk.AsError(err); !strings.Contains(known.GetDetail(), projectID) {
		t.Fatalf("without the project: %s", known.GetDetail())
	}
	look := func(done func(*sdk.LiveMigrationResponse) bool) func() (string, bool) {
		return func() (string, bool) {
			now, _, err := service.GetPushMigration(ctx, projectID, made.GetId()).Execute()
			must(t, err)
			if now.GetStatus() == "FAILED" {
				t.Fatal("the migration failed")
			}
			return now.GetStatus(), done(now)
		}
	}
	until(t, "ready for cutover", look(func(now *sdk.LiveMigrationResponse) bool { return now.GetReadyForCutover() }))
	response, err = service.CutoverMigration(ctx, projectID, made.GetId()).Execute()
	must(t, err)
	status(t, response, 202)
	until(t, "complete", look(func(now *sdk.LiveMigrationResponse) bool { return now.GetStatus() == "COMPLETE" }))
	_, _, err = service.GetPushMigration(ctx, projectID, nobody).Execute()
	if known, ok := sdk.AsError(err); !ok || known.GetError() != 404 {
		t.Fatalf("a migration that never was: %v", err)
	}
}
