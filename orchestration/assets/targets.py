"""Targets: the publication copied to where BI tools read it, an asset a target. One that fails fails alone."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluation

from orchestration.assets.common import OWNERS, PUBLISHED, Refresh
from orchestration.record import Record
from orchestration.settings import Settings
from orchestration.targets.copying import Outcome, copy, copy_to_those_behind
from orchestration.targets.target import Target, configured

UP_TO_DATE = "holds_the_publication"


def build_targets(settings: Settings) -> list[dg.AssetsDefinition]:
    """An asset for each target of the settings, after the publication."""
    return [_build_target(target) for target in configured(settings)]


def _build_target(target: Target) -> dg.AssetsDefinition:
    key = _key(target.name)

    @dg.asset(
        key=key,
        group_name="publish",
        kinds={target.name},
        owners=OWNERS,
        deps=[dg.AssetKey(PUBLISHED)],
        output_required=False,
        description=f"The publication, copied to {target.place}. Its readers see all of it or what was there before.",
        check_specs=[
            dg.AssetCheckSpec(
                UP_TO_DATE,
                asset=key,
                description="The copy arrived. Where it did not, the target holds an earlier publication, and the next "
                "refresh tries again.",
            )
        ],
    )
    def published_copy(context: dg.AssetExecutionContext, refresh: dg.ResourceParam[Refresh]) -> Iterator[Any]:
        refresh.progress.step(f"publish to {target.name}")
        outcome = copy(refresh.home, target)
        refresh.record(context.run.run_id).note_target(outcome.as_dict())
        yield dg.AssetCheckResult(
            check_name=UP_TO_DATE,
            passed=outcome.is_reached,
            severity=dg.AssetCheckSeverity.ERROR,
            description=outcome.reason,
        )
        if outcome.is_reached:
            yield dg.MaterializeResult(metadata=_metadata(outcome))

    return published_copy


def catch_up(context: dg.AssetExecutionContext, refresh: Refresh, record: Record) -> None:
    """Brings targets up to the publication that stands, in a run that publishes nothing and so skips their assets.

    The page shows them all the same: what was copied is logged for the target's asset.
    """
    outcomes = copy_to_those_behind(
        refresh.home, refresh.settings, lambda target: refresh.progress.step(f"publish to {target.name}")
    )
    for outcome in outcomes:
        record.note_target(outcome.as_dict())
        check = AssetCheckEvaluation(
            asset_key=_key(outcome.target),
            check_name=UP_TO_DATE,
            passed=outcome.is_reached,
            metadata={},
            severity=dg.AssetCheckSeverity.ERROR,
            description=outcome.reason,
        )
        context.log_event(check)  # taken, though its signature does not name it
        if outcome.is_reached:
            context.log_event(dg.AssetMaterialization(_key(outcome.target), metadata=_metadata(outcome)))


def _key(target: str) -> dg.AssetKey:
    return dg.AssetKey(["published", target])


def _metadata(outcome: Outcome) -> dict[str, Any]:
    return {
        "place": outcome.place,
        "publication": outcome.refresh_id,
        "rows": outcome.rows,
        "seconds": outcome.seconds,
    }
