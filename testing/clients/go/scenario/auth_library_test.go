//go:build !since20250219

package scenario

import (
	"testing"

	sdk "go.mongodb.org/atlas-sdk/v20250312006/admin"
	"golang.org/x/oauth2/clientcredentials"
)

// These generations know no service accounts themselves: their users bring the standard OAuth client.
func oauthClient(t *testing.T, clientID, clientSecret string) *sdk.APIClient {
	t.Helper()
	base := env(t, "MONGODB_ATLAS_BASE_URL")
	oauth := clientcredentials.Config{ClientID: clientID, ClientSecret: clientSecret, TokenURL: base + "/api/oauth/token"}
	client, err := sdk.NewClient(sdk.UseHTTPClient(oauth.Client(ctx)), sdk.UseBaseURL(base))
	must(t, err)
	return client
}
