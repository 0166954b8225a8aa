"""What scripts do with Atlas's API and the requests library: one session, Digest, many calls on one nonce."""

import os

import requests
from requests.auth import HTTPDigestAuth

BASE = os.environ["MONGODB_ATLAS_BASE_URL"]
MEDIA = "application/vnd.atlas.2024-08-05+json"

session = requests.Session()
session.auth = HTTPDigestAuth(os.environ["MONGODB_ATLAS_PUBLIC_KEY"], os.environ["MONGODB_ATLAS_PRIVATE_KEY"])
session.headers.update({"Accept": MEDIA, "Content-Type": MEDIA})


def call(method, path, status, **more):
    response = session.request(method, f"{BASE}/api/atlas/v2{path}", timeout=30, **more)
    assert response.status_code == status, (method, path, response.status_code, response.text)
    return response


org = os.environ["TELAMON_ORG_ID"]
assert call("GET", f"/orgs/{org}", 200).json()["id"] == org
names = [f"python {n}" for n in range(3)]
made = [call("POST", "/groups", 201, json={"name": name, "orgId": org}).json() for name in names]

# As they page: from link to link.
seen, path = [], "/groups?itemsPerPage=1"
while path:
    page = call("GET", path, 200).json()
    seen += [it["name"] for it in page["results"]]
    following = [it["href"] for it in page["links"] if it["rel"] == "next"]
    path = following[0].split("/api/atlas/v2", 1)[1] if following else None
assert sorted(seen) == names, seen

for it in made:
    call("DELETE", f"/groups/{it['id']}", 202)
gone = call("GET", f"/groups/{made[0]['id']}", 404)
assert gone.json()["errorCode"] == "GROUP_NOT_FOUND" and gone.headers["X-Error-Code"] == "GROUP_NOT_FOUND"

token = requests.post(
    f"{BASE}/api/oauth/token",
    auth=(os.environ["MONGODB_ATLAS_CLIENT_ID"], os.environ["MONGODB_ATLAS_CLIENT_SECRET"]),
    data={"grant_type": "client_credentials"},
    timeout=30,
).json()["access_token"]
bearer = requests.get(
    f"{BASE}/api/atlas/v2/orgs/{org}",
    headers={"Accept": MEDIA, "Authorization": f"Bearer {token}"},
    timeout=30,
)
assert bearer.status_code == 200 and bearer.json()["id"] == org, bearer.text
print("done")
