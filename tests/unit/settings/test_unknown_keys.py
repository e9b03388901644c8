"""A key that is no setting is named, with where it stands and the nearest that is one."""

from tests.unit.settings.refusal import refusal


def test_an_unknown_key_in_the_file_is_named_with_its_line_and_the_nearest_known_one() -> None:
    assert refusal("postgresql:\n  username: a\n  pasword: b\n") == (
        "unknown setting postgresql.pasword in config.yml, line 3; "
        "the nearest known one is postgresql.password"
    )


def test_an_unknown_section_is_named_once() -> None:
    assert refusal("postgres: {username: a, hostname: b}") == (
        "unknown setting postgres in config.yml, line 1; the nearest known one is postgresql"
    )


def test_an_unknown_variable_is_named_with_the_nearest_known_one() -> None:
    assert refusal(environ={"CHURN_PUBSUB_PROJECT": "p"}) == (
        "unknown setting CHURN_PUBSUB_PROJECT in the environment; "
        "the nearest known one is CHURN_PUBSUB__PROJECT"
    )


def test_an_unknown_option_is_named() -> None:
    assert "unknown setting api.prot in the command line" in refusal(overrides={"api.prot": 1})


def test_a_section_is_no_value() -> None:
    assert "CHURN_PUBSUB in the environment is a section" in refusal(environ={"CHURN_PUBSUB": "p"})
    assert "pubsub in config.yml, line 1 is a section" in refusal("pubsub: churn-worker")


def test_a_single_underscore_is_still_a_mistake_beside_them() -> None:
    assert "CHURN_API__PORT" in refusal(environ={"CHURN_API_PORT": "8080"})
