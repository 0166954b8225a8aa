//go:build since20250219

package scenario

import (
	"testing"

	sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"
)

func oauthClient(t *testing.T, clientID, clientSecret string) *sdk.APIClient {
	t.Helper()
	client, err := sdk.NewClient(sdk.UseBaseURL(env(t, "MONGODB_ATLAS_BASE_URL")), sdk.UseOAuthAuth(ctx, clientID, clientSecret))
	must(t, err)
	return client
}
