"""Alerts: the data team learns of a trouble from the warehouse, once, and learns when it is over.

`trouble` judges what is wrong, `message` puts it into words for each kind of channel, both pure. `channels` sends,
`memory` keeps what was told on which channel, `waiting` asks the publication what is still not mended, and `tell` ties
them together. Nothing in here imports Dagster, dbt or Great Expectations: `imr alerts` and a sensor's tick stay quick.

Great Expectations judges, and its results reach people through the record that the audit keeps; its actions do not send
them. An action runs at the end of one checkpoint and knows neither the other suites, nor dbt's tests, nor how the
refresh ends, so it can only send a message for each suite, every night anew, and none for a refresh that dies before
the audit. The senders within its Slack and e-mail actions have no timeout, log a failure and return as if nothing had
been, which leaves nothing to record or to try again, and importing them takes eight seconds.

Dagster's run-status sensors and a freshness sensor call the same `tell` as the command line (`orchestration.sensors`).
There is no asset-check sensor: every check runs within a run whose end is told, and a message for each check is what
people mute a channel for.
"""
