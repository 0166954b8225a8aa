// Package scenario is what programs do with the Atlas Go SDK, in the words that all its generations share.
package scenario

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"
)

var ctx = context.Background()

func env(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set", name)
	}
	return value
}

// newClient speaks as the first owner: with its service account where TELAMON_AUTH says so, otherwise with its API key.
func newClient(t *testing.T) *sdk.APIClient {
	t.Helper()
	if os.Getenv("TELAMON_AUTH") == "oauth" {
		return oauthClient(t, env(t, "MONGODB_ATLAS_CLIENT_ID"), env(t, "MONGODB_ATLAS_CLIENT_SECRET"))
	}
	return keyClient(t, env(t, "MONGODB_ATLAS_PUBLIC_KEY"), env(t, "MONGODB_ATLAS_PRIVATE_KEY"))
}

func keyClient(t *testing.T, publicKey, privateKey string) *sdk.APIClient {
	t.Helper()
	client, err := sdk.NewClient(sdk.UseBaseURL(env(t, "MONGODB_ATLAS_BASE_URL")), sdk.UseDigestAuth(publicKey, privateKey))
	must(t, err)
	return client
}

func orgID(t *testing.T) string { return env(t, "TELAMON_ORG_ID") }

// unique tells this run's names from those of other generations, which use the same organization.
func unique(name string) string {
	return name + "-" + strconv.FormatInt(time.Now().UnixNano(), 36)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if known, ok := sdk.AsError(err); ok && known != nil {
		t.Fatalf("%v (%s: %s)", err, known.GetErrorCode(), known.GetDetail())
	}
	t.Fatal(err)
}

func status(t *testing.T, response *http.Response, want int) {
	t.Helper()
	if response == nil || response.StatusCode != want {
		t.Fatalf("status %v, want %d", response, want)
	}
}

// refused holds that a call failed with this code, as the SDK itself tells codes apart.
func refused(t *testing.T, err error, httpStatus int, code string) {
	t.Helper()
	known, ok := sdk.AsError(err)
	if !ok {
		t.Fatalf("%v, want %s", err, code)
	}
	if !sdk.IsErrorCode(err, code) || known.GetError() != httpStatus {
		t.Fatalf("%d %s (%s), want %d %s", known.GetError(), known.GetErrorCode(), known.GetDetail(), httpStatus, code)
	}
	if known.GetDetail() == "" || known.GetReason() == "" {
		t.Fatalf("%s without a detail or a reason", code)
	}
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
}

// last gives what every call ends with; calls without an answer lost their first result with the newest generation.
func last(results ...any) (*http.Response, error) {
	response, _ := results[len(results)-2].(*http.Response)
	err, _ := results[len(results)-1].(error)
	return response, err
}

// read builds a model of the SDK from JSON, whatever pointers this generation wants.
func read[T any](t *testing.T, text string) *T {
	t.Helper()
	var it T
	must(t, json.Unmarshal([]byte(text), &it))
	return &it
}

// until asks again as users' programs do; the API tells no event to the outside.
func until(t *testing.T, what string, ask func() (string, bool)) {
	t.Helper()
	last := ""
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		var done bool
		if last, done = ask(); done {
			return
		}
	}
	t.Fatalf("%s: in vain, the last was %q", what, last)
}

// newProject makes a project and deletes it after the test.
func newProject(t *testing.T, client *sdk.APIClient) string {
	t.Helper()
	// With all that the constructor fills in, read-only attributes among them.
	wanted := sdk.NewGroup(0, time.Now(), unique("go"), orgID(t))
	group, response, err := client.ProjectsApi.CreateProject(ctx, wanted).Execute()
	must(t, err)
	status(t, response, 201)
	t.Cleanup(func() {
		response, err := last(client.ProjectsApi.DeleteProject(ctx, group.GetId()).Execute())
		must(t, err)
		status(t, response, 202)
	})
	return group.GetId()
}
