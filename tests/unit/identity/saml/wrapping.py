"""Signature wrapping: the signed assertion is hidden somewhere, a forged one stands in its place.

The eight arrangements of "On Breaking SAML: Be Whoever You Want to Be" (USENIX Security 2012).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from lxml import etree

from services.identity.saml.names import DS, SAML, SAMLP, tag

_ASSERTION, _SIGNATURE = tag(SAML, "Assertion"), tag(DS, "Signature")


def _forged(original: Any) -> Any:
    """The assertion with another id and another person, and without a signature."""
    forged = deepcopy(original)
    forged.set("ID", "_forged")
    for signature in forged.findall(_SIGNATURE):
        forged.remove(signature)
    for value in forged.iter(tag(SAML, "AttributeValue"), tag(SAML, "NameID")):
        value.text = "FORGED"
    return forged


def _bare(original: Any) -> tuple[Any, Any]:
    """The signed assertion without its signature, and the signature."""
    bare = deepcopy(original)
    signature = bare.find(_SIGNATURE)
    bare.remove(signature)
    return bare, signature


def response_inside_signature(response: Any) -> Any:
    """XSW 1: the original response lies in the signature's object of a forged response."""
    original = deepcopy(response)
    assertion = response.find(_ASSERTION)
    _bare_one, signature = _bare(assertion)
    response.replace(assertion, _forged(assertion))
    etree.SubElement(signature, tag(DS, "Object")).append(original)
    response.insert(1, signature)
    return response


def response_beside_signature(response: Any) -> Any:
    """XSW 2: the original response stands before the detached signature."""
    original = deepcopy(response)
    assertion = response.find(_ASSERTION)
    _bare_one, signature = _bare(assertion)
    response.replace(assertion, _forged(assertion))
    response.insert(1, signature)
    response.insert(1, original)
    return response


def forged_before_original(response: Any) -> Any:
    """XSW 3."""
    assertion = response.find(_ASSERTION)
    assertion.addprevious(_forged(assertion))
    return response


def original_inside_forged(response: Any) -> Any:
    """XSW 4."""
    assertion = response.find(_ASSERTION)
    forged = _forged(assertion)
    response.replace(assertion, forged)
    forged.append(assertion)
    return response


def signature_in_forged_original_behind(response: Any) -> Any:
    """XSW 5."""
    assertion = response.find(_ASSERTION)
    bare, signature = _bare(assertion)
    forged = _forged(assertion)
    forged.insert(1, signature)
    response.replace(assertion, forged)
    response.append(bare)
    return response


def original_inside_signature_of_forged(response: Any) -> Any:
    """XSW 6."""
    assertion = response.find(_ASSERTION)
    bare, signature = _bare(assertion)
    forged = _forged(assertion)
    etree.SubElement(signature, tag(DS, "Object")).append(bare)
    forged.insert(1, signature)
    response.replace(assertion, forged)
    return response


def forged_in_extensions(response: Any) -> Any:
    """XSW 7."""
    assertion = response.find(_ASSERTION)
    extensions = etree.Element(tag(SAMLP, "Extensions"))
    extensions.append(_forged(assertion))
    assertion.addprevious(extensions)
    return response


def original_in_object_of_forged(response: Any) -> Any:
    """XSW 8."""
    assertion = response.find(_ASSERTION)
    bare, signature = _bare(assertion)
    forged = _forged(assertion)
    response.replace(assertion, forged)
    holder = etree.SubElement(signature, tag(DS, "Object"))
    holder.append(bare)
    forged.append(signature)
    return response


def original_in_a_wrapper(response: Any) -> Any:
    """The original lies in an element that nobody knows; the forged one stands where it stood."""
    assertion = response.find(_ASSERTION)
    response.replace(assertion, _forged(assertion))
    etree.SubElement(response, "Wrapper").append(assertion)
    return response


def forged_with_the_signature_first(response: Any) -> Any:
    """The forged one takes the signature along, before all else, and the original inside itself."""
    assertion = response.find(_ASSERTION)
    bare, signature = _bare(assertion)
    forged = _forged(assertion)
    forged.insert(0, signature)
    forged.append(bare)
    response.replace(assertion, forged)
    return response


WRAPPINGS: tuple[Callable[[Any], Any], ...] = (
    response_inside_signature,
    response_beside_signature,
    forged_before_original,
    original_inside_forged,
    signature_in_forged_original_behind,
    original_inside_signature_of_forged,
    forged_in_extensions,
    original_in_object_of_forged,
    original_in_a_wrapper,
    forged_with_the_signature_first,
)
"""The eight, and two more that public collections of samples try."""


# --- the same with the signature of the response, whoever has seen one valid answer ---


def _forged_response(response: Any, ident: str = "_forged-response") -> tuple[Any, Any, Any]:
    """A forged response without a signature, the original without its own, and that one."""
    bare, signature = _bare(response)
    forged = deepcopy(bare)
    forged.set("ID", ident)
    assertion = forged.find(_ASSERTION)
    forged.replace(assertion, _forged(assertion))
    return forged, bare, signature


def original_in_the_signature(response: Any) -> Any:
    forged, bare, signature = _forged_response(response)
    etree.SubElement(signature, tag(DS, "Object")).append(bare)
    forged.insert(1, signature)
    return forged


def original_before_the_signature(response: Any) -> Any:
    forged, bare, signature = _forged_response(response)
    forged.insert(1, signature)
    forged.insert(1, bare)
    return forged


def original_behind_all(response: Any) -> Any:
    forged, bare, signature = _forged_response(response)
    forged.insert(0, signature)
    forged.append(bare)
    return forged


def original_in_extensions(response: Any) -> Any:
    forged, bare, signature = _forged_response(response)
    extensions = etree.Element(tag(SAMLP, "Extensions"))
    extensions.append(bare)
    forged.insert(1, signature)
    forged.insert(2, extensions)
    return forged


def original_whole_inside_forged(response: Any) -> Any:
    """The original keeps its signature; the forged one has none."""
    forged, _bare_one, _signature = _forged_response(response)
    forged.append(deepcopy(response))
    return forged


def both_with_one_id(response: Any) -> Any:
    forged, bare, signature = _forged_response(response, response.get("ID"))
    forged.insert(1, signature)
    forged.append(bare)
    return forged


RESPONSE_WRAPPINGS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("signature_shape", original_in_the_signature),
    ("signature_shape", original_before_the_signature),
    ("signature_shape", original_behind_all),
    ("signature_shape", original_in_extensions),
    ("unsigned", original_whole_inside_forged),
    ("id_twice", both_with_one_id),
)
BROKEN = (
    original_inside_signature_of_forged,
    original_in_object_of_forged,
    original_in_the_signature,
    both_with_one_id,
)
"""Here libxmlsec1 sees no valid signature: its enveloped transform takes away what lies inside one."""
