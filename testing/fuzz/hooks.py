"""What a fuzzer cannot read from the document: how versions are asked for, and what it must leave standing."""

import json
import re

import schemathesis

NOWHERE = "f" * 24
# Calls that would take the ground from under all others.
FELLING = re.compile(r"^delete(Org|Group)$")
# Each success would start or change real processes.
COSTLY = re.compile(r"^(create|upgrade|load|request)\w*(Cluster|Flex|Sample|Serverless)")


def goes_nowhere(case, definition):
    """Whether the case is sent to a place that does not exist: a wrong one is refused wherever it goes."""
    negative = case.meta is not None and case.meta.generation.mode.is_negative
    operation = definition["operationId"]
    on_cluster = case.method != "GET" and "clusterName" in (case.path_parameters or {})
    return FELLING.match(operation) or ((COSTLY.match(operation) or on_cluster) and not negative)


def media_types(definition):
    """Those of the operation's versions, in both directions; an answer that is empty is typed in its envelope."""
    return sorted(
        {
            kind
            for status, response in definition["responses"].items()
            if status.startswith("2")
            for kind in response.get("content", {})
        }
    )


@schemathesis.hook
def before_call(context, case, kwargs):
    definition = case.operation.definition.raw
    kinds = media_types(definition)
    if case.headers is None:
        case.headers = {}
    if "Accept" not in case.headers and kinds:
        # The date of the answer decides how the body is read, so both must be the same.
        same = [kind for kind in kinds if kind == case.media_type]
        seed = sum(json.dumps(case.query or {}, default=str).encode())
        case.headers["Accept"] = (same or kinds)[seed % len(same or kinds)]
    if goes_nowhere(case, definition):
        for name in ("orgId", "groupId"):
            if name in (case.path_parameters or {}):
                case.path_parameters[name] = NOWHERE
    # An organization that wants access lists would refuse the fuzzer itself.
    if definition["operationId"] == "updateOrgSettings" and isinstance(case.body, dict):
        case.body.pop("apiAccessListRequired", None)
