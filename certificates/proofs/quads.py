"""Our credentials as canonical N-Quads (RDFC-1.0), without a JSON-LD processor.

What is signed is not the JSON but the facts that it states. For documents of our shape they can be read off: every
term means one thing, and at most one node has no name of its own. The tests hold the result against PyLD with the
published contexts; whatever is not of this shape is refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_VC = "https://www.w3.org/2018/credentials#"
_SEC = "https://w3id.org/security#"
_STATUS = "https://www.w3.org/ns/credentials/status#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_WHEN = "http://www.w3.org/2001/XMLSchema#dateTime"
_NODE = "@node"
_TYPES = {
    "VerifiableCredential": _VC, "AchievementSubject": _OB, "Achievement": _OB, "IdentityObject": _OB, "Profile": _OB,
    "BitstringStatusListEntry": _STATUS, "BitstringStatusListCredential": _STATUS, "BitstringStatusList": _STATUS,
    "DataIntegrityProof": _SEC,
}  # fmt: skip
# Each term: what it means, and of what kind its value is (a datatype, or the name of another node; "" is plain text).
_TERMS = {
    "name": ("https://schema.org/name", ""),
    "description": ("https://schema.org/description", ""),
    "inLanguage": ("https://schema.org/inLanguage", ""),
    "issuer": (f"{_VC}issuer", _NODE),
    "validFrom": (f"{_VC}validFrom", _WHEN),
    "validUntil": (f"{_VC}validUntil", _WHEN),
    "credentialSubject": (f"{_VC}credentialSubject", _NODE),
    "credentialStatus": (f"{_VC}credentialStatus", _NODE),
    "identifier": (f"{_OB}identifier", _NODE),
    "hashed": (f"{_OB}hashed", "https://www.w3.org/2001/XMLSchema#boolean"),
    "identityHash": (f"{_OB}identityHash", ""),
    "identityType": (f"{_OB}identityType", ""),
    "licenseNumber": (f"{_OB}licenseNumber", ""),
    "narrative": (f"{_OB}narrative", ""),
    "achievement": (f"{_OB}achievement", _NODE),
    "achievementType": (f"{_OB}achievementType", ""),
    "criteria": (f"{_OB}Criteria", _NODE),
    "statusPurpose": (f"{_STATUS}statusPurpose", ""),
    "statusListIndex": (f"{_STATUS}statusListIndex", ""),
    "statusListCredential": (f"{_STATUS}statusListCredential", _NODE),
    "encodedList": (f"{_STATUS}encodedList", f"{_SEC}multibase"),
    "cryptosuite": (f"{_SEC}cryptosuite", f"{_SEC}cryptosuiteString"),
    "created": ("http://purl.org/dc/terms/created", _WHEN),
    "verificationMethod": (f"{_SEC}verificationMethod", _NODE),
}
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def canonical(document: Mapping[str, Any]) -> bytes:
    """The document's facts, one a line, sorted. Raises ValueError for anything that is not of our shape."""
    nameless: list[Any] = []
    _name, lines = _quads({key: value for key, value in document.items() if key != "@context"}, nameless)
    return "".join(sorted(set(lines))).encode()


def _quads(node: Mapping[str, Any], nameless: list[Any]) -> tuple[str, list[str]]:
    """How a node is called, and what is said of it and of the nodes within."""
    if "id" in node:
        name = _iri(node["id"])
    else:
        nameless.append(node)
        name = "_:c14n0"
    if len(nameless) > 1:
        raise ValueError("more than one node has no id")
    lines = [f"{name} <{_TYPE}> <{_type(kind)}> .\n" for kind in _listed(node.get("type", ()))]
    for term, value in node.items():
        if term in ("id", "type"):
            continue
        if term == "proofPurpose" and value == "assertionMethod":
            lines.append(f"{name} <{_SEC}proofPurpose> <{_SEC}assertionMethod> .\n")
            continue
        if term not in _TERMS:
            raise ValueError(f"{term!r} is no term of ours")
        meaning, kind = _TERMS[term]
        for one in _listed(value):
            if kind == _NODE and isinstance(one, Mapping):
                said, within = _quads(one, nameless)
                lines += within
            else:
                said = _iri(one) if kind == _NODE else _literal(one, kind)
            lines.append(f"{name} <{meaning}> {said} .\n")
    return name, lines


def _listed(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        yield from value
    else:
        yield value


def _type(name: Any) -> str:
    if name in ("AchievementCredential", "OpenBadgeCredential"):  # one and the same
        return f"{_OB}OpenBadgeCredential"
    if name not in _TYPES:
        raise ValueError(f"{name!r} is no type of ours")
    return f"{_TYPES[name]}{name}"


def _iri(value: Any) -> str:
    if not isinstance(value, str) or ":" not in value or any(c in '<>"{}|^`\\' or c <= " " for c in value):
        raise ValueError(f"{value!r} is no address")
    return f"<{value}>"


def _literal(value: Any, kind: str) -> str:
    if kind.endswith("#boolean") and isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str) or any(c < " " and c not in "\n\r" for c in value):
        raise ValueError(f"{value!r} is no text")
    text = f'"{value.translate(_ESCAPES)}"'
    return f"{text}^^<{kind}>" if kind else text
