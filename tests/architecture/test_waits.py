"""What tests wait for has to be able to keep them waiting."""

import ast
import re

from tests.architecture.source import modules

PROMISES = re.compile(r"\basync\b|\bawait\b|\.then\(")


def test_nothing_waits_for_a_promise_which_is_true_before_it_is_kept() -> None:
    """Playwright's `wait_for_function` looks at what a function returns: a promise is no answer yet."""
    assert {module.name: found for module in modules("tests") if (found := _vain_waits(module.tree))} == {}


def test_a_vain_wait_would_be_found() -> None:
    said = "page.wait_for_function('async () => 1')\npage.wait_for_function(SOON)\nSOON = 'a().then(b)'"
    assert _vain_waits(ast.parse(said)) == [1, 2]


def _vain_waits(tree: ast.Module) -> list[int]:
    """Lines of the waits, whether the script stands there or under a name of the file."""
    named = {
        target.id: _text(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    waits = (c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "wait_for_function")
    return [
        wait.lineno
        for wait in waits
        if PROMISES.search(
            named.get(wait.args[0].id, "") if isinstance(wait.args[0], ast.Name) else _text(wait.args[0])
        )
    ]


def _text(node: ast.expr) -> str:
    """All that is written in it as text, parts of composed ones too."""
    return " ".join(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
