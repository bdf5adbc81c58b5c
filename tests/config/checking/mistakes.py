"""Every mistake that can be made in a config, each with the exact words that answer it.

All can stand in one file: a setting of one mistake says nothing of another's.
"""
# ruff: noqa: E501 - the expected words stand whole, as they are printed

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LINE = re.compile(r"line @(\d+)")


@dataclass(frozen=True)
class Mistake:
    """Lines of one section, and what is wrong with them.

    Attributes:
        section: the header without brackets.
        lines: what stands under it.
        expected: line (0 is the header, 1 the first of `lines`), column and words of each fault;
            `line @1` in the words is the first of `lines` as well.
    """

    section: str
    lines: Sequence[str]
    expected: Sequence[tuple[int, int, str]]


SOUND: dict[str, list[str]] = {
    "project": [],
    "task": ['@tasks = "art.ImageClassification.v1"'],
    "data": ['@data = "art.Digits.v1"'],
    "model": ['@models = "art.CNN.v1"'],
    "optimizer": ['@optimizers = "torch.AdamW.v1"'],
}
"""A config without a mistake, by section."""

MISTAKES = [
    Mistake(
        "trainer",
        ["x = 1", "[training", "max_epochs = 3", "[system] devices", "devices = 4"],
        [
            (0, 1, "unknown section [trainer]. Did you mean 'training'?"),
            (
                2,
                1,
                "'[training' begins a [section] that no ']' ends; what stands below it is not read.",
            ),
            (4, 1, "behind [system] stands 'devices'; what stands below it is not read."),
        ],
    ),
    Mistake(
        "zebra",
        [],
        [
            (
                0,
                1,
                "unknown section [zebra]. The sections are: project, paths, system, task, data, model, optimizer, scheduler, training, contract, metrics, visualizers, loggers, callbacks, stages, advisor, executor.",
            )
        ],
    ),
    Mistake(
        "DEFAULT",
        ["x = 1"],
        [(0, 1, "unknown section [DEFAULT]: a config has no values common to all sections.")],
    ),
    Mistake(
        "training.warmup",
        ["x = 1"],
        [
            (
                0,
                1,
                "[training] unknown section [training.warmup]. [training] has settings and no sections inside.",
            )
        ],
    ),
    Mistake(
        "a..b",
        [],
        [(0, 1, "[a..b] is not a section name: names joined by single dots.")],
    ),
    Mistake(
        "training",
        ["max_epoch = 3"],
        [(1, 1, "[training] unknown setting 'max_epoch'. Did you mean 'max_epochs'?")],
    ),
    Mistake(
        "training",
        ["batch_norm = true"],
        [
            (
                1,
                1,
                "[training] unknown setting 'batch_norm'. It takes: max_epochs, max_steps, accumulate_grad_batches, gradient_clip_val, gradient_clip_algorithm, check_val_every_n_epoch, val_check_interval, early_stopping_patience, deterministic, min_epochs, min_steps, max_time, limit_train_batches, limit_val_batches, limit_test_batches, num_sanity_val_steps, reload_dataloaders_every_n_epochs, log_every_n_steps, detect_anomaly.",
            )
        ],
    ),
    Mistake(
        "training",
        ["max_epochs = 0"],
        [(1, 14, "[training] max_epochs: expected int >= 1, got 0.")],
    ),
    Mistake(
        "training",
        ['max_time = "99999999999:00:00:00"'],
        [
            (
                1,
                12,
                '[training] max_time: expected str as "days:hours:minutes:seconds" or null, got '
                '"99999999999:00:00:00".',
            )
        ],
    ),
    Mistake(
        "training",
        ["max_steps = 2.5"],
        [(1, 13, "[training] max_steps: expected int >= 1 or null, got 2.5.")],
    ),
    Mistake(
        "training",
        ["accumulate_grad_batches = true"],
        [(1, 27, "[training] accumulate_grad_batches: expected int >= 1, got true.")],
    ),
    Mistake(
        "training",
        ['gradient_clip_val = "much"'],
        [(1, 21, '[training] gradient_clip_val: expected float > 0 or null, got "much".')],
    ),
    Mistake(
        "training",
        ['deterministic = "perhaps"'],
        [(1, 17, '[training] deterministic: expected bool, got "perhaps".')],
    ),
    Mistake(
        "training",
        ["check_val_every_n_epoch = [1]"],
        [(1, 27, "[training] check_val_every_n_epoch: expected int >= 1, got [1].")],
    ),
    Mistake(
        "training",
        ["early_stopping_patience = ${training.patience}"],
        [
            (
                1,
                27,
                "[training] early_stopping_patience: ${training.patience} leads nowhere. Did you mean 'training.early_stopping_patience'?",
            )
        ],
    ),
    Mistake(
        "contract",
        ["order = 3"],
        [(1, 9, "[contract] order: expected str or null, got 3. Write text in double quotes.")],
    ),
    Mistake(
        "contract",
        ["frozen = encoder, head"],
        [
            (
                1,
                10,
                '[contract] frozen: expected list of str, got "encoder, head". A list is written ["a", "b"].',
            )
        ],
    ),
    Mistake(
        "contract",
        ["groups = ${nowhere}"],
        [(1, 10, "[contract] groups: ${nowhere} leads nowhere.")],
    ),
    Mistake(
        "paths",
        ["a = ${paths.b}", "b = ${paths.a}"],
        [
            (1, 5, "[paths] a: ${paths.b} leads back to itself: paths.b -> paths.a -> paths.b."),
            (2, 5, "[paths] b: ${paths.a} leads back to itself: paths.a -> paths.b -> paths.a."),
        ],
    ),
    Mistake(
        "paths",
        ["c = ${paths.c"],
        [
            (
                1,
                5,
                "[paths] c: '${' begins a reference that no '}' ends; for the text itself write '$${'.",
            )
        ],
    ),
    Mistake(
        "paths",
        ["d = ${}"],
        [
            (
                1,
                5,
                "[paths] d: ${} is not a reference: a setting is ${section.key}, a section ${section}; for the text itself write '$${'.",
            )
        ],
    ),
    Mistake(
        "paths",
        ["e = '/data'"],
        [(1, 5, "[paths] e: values are JSON: use double quotes, not single ones.")],
    ),
    Mistake(
        "paths",
        ["f = /data  # where"],
        [(1, 12, "[paths] f: a comment stands on a line of its own; text is in double quotes.")],
    ),
    Mistake(
        "paths",
        ["g = /data ; where"],
        [(1, 11, "[paths] g: a comment stands on a line of its own; text is in double quotes.")],
    ),
    Mistake(
        "paths",
        ['h = "/data"  # where'],
        [(1, 14, "[paths] h: a comment stands on a line of its own.")],
    ),
    Mistake(
        "paths",
        ['i = "C:\\data"'],
        [(1, 8, "[paths] i: not valid JSON: a backslash in text is written twice: \\\\.")],
    ),
    Mistake(
        "paths",
        ['j = "/data'],
        [
            (
                1,
                5,
                "[paths] j: not valid JSON: the text that begins here has no closing double quote.",
            )
        ],
    ),
    Mistake(
        "paths",
        ['k = /data"'],
        [(1, 5, "[paths] k: the text has a closing double quote and no opening one.")],
    ),
    Mistake(
        "paths",
        ["l = \u201c/data\u201d"],
        [(1, 5, '[paths] l: values are JSON: use straight double quotes (").')],
    ),
    Mistake(
        "paths",
        ["m ="],
        [(1, 4, "[paths] m: it has no value; nothing is written as null.")],
    ),
    Mistake(
        "paths",
        ["n = /data", "  o = /more"],
        [(2, 3, "[paths] n: this indented line belongs to the value above it: unindent it.")],
    ),
    Mistake(
        "paths",
        ['p = {"@models": "art.Linear.v1"}'],
        [(1, 5, "[paths] p: a block with an @name cannot stand here.")],
    ),
    Mistake(
        "paths",
        ['q = "/a"', 'q = "/b"'],
        [(2, 1, "[paths] 'q' was set already (line @1 first).")],
    ),
    Mistake(
        "paths",
        ['r = "${system}/x"'],
        [(1, 5, "[paths] r: ${system} is not a single value, and cannot be put inside a text.")],
    ),
    Mistake(
        "paths",
        ['s = "${paths.data}/x"'],
        [
            (
                1,
                5,
                "[paths] s: its text needs ${paths.data}, which is null: set it with --paths.data=...",
            )
        ],
    ),
    Mistake(
        "paths",
        ['t = "a\u202eb"'],
        [
            (
                1,
                7,
                "a character that changes the direction of text (U+202E, \\u202e) is not allowed: delete it.",
            )
        ],
    ),
    Mistake(
        "paths",
        ['u = "a\u001bb"'],
        [(1, 7, "a control character (U+001B, \\x1b) is not allowed: delete it.")],
    ),
    Mistake(
        "paths",
        ["v\u200b = 1"],
        [(1, 2, "a character that cannot be seen (U+200B, \\u200b) is not allowed: delete it.")],
    ),
    Mistake(
        "paths",
        ["my folder = 1"],
        [(1, 1, "[paths] unknown setting 'my folder'. A name is letters, digits, '-' and '_'.")],
    ),
    Mistake(
        "paths",
        ["just words"],
        [
            (
                1,
                1,
                "[paths] cannot read 'just words': a line is a [section], a key = value, or a # comment.",
            )
        ],
    ),
    Mistake(
        "paths",
        ["w = 1e999"],
        [(1, 5, "[paths] w: the number is too large.")],
    ),
    Mistake(
        "paths",
        ['x = {"a": 1, "a": 2}'],
        [(1, 14, '[paths] x: "a" is there twice.')],
    ),
    Mistake(
        "paths",
        [
            "y = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
        ],
        [(1, 5, "[paths] y: lists and dicts are nested more than 64 deep.")],
    ),
    Mistake(
        "loggers.l1",
        ['@logers = "art.CSV.v1"'],
        [(1, 1, "[loggers.l1] unknown registry '@logers'. Did you mean '@loggers'?")],
    ),
    Mistake(
        "loggers.l2",
        ['@loggers = "art.CVS.v1"'],
        [(1, 12, "[loggers.l2] unknown @loggers 'art.CVS.v1'. Did you mean 'art.CSV.v1'?")],
    ),
    Mistake(
        "loggers.l3",
        ['@checks = "art.Exists.v1"'],
        [(1, 1, "[loggers.l3] @checks does not belong here: this section takes @loggers.")],
    ),
    Mistake(
        "loggers.l4",
        ["every = 3"],
        [(0, 1, "[loggers.l4] missing '@loggers', the name of a registered function.")],
    ),
    Mistake(
        "loggers.l5",
        ["@loggers = 3"],
        [(1, 12, "[loggers.l5] @loggers must be a registered name in double quotes.")],
    ),
    Mistake(
        "loggers.l6",
        ['@loggers = "torch.AdamW.v1"'],
        [(1, 12, "[loggers.l6] unknown @loggers 'torch.AdamW.v1'. It is one of @optimizers.")],
    ),
    Mistake(
        "loggers",
        ["l7 = 3"],
        [(1, 1, "[loggers] 'l7' must be a section of its own, [loggers.l7].")],
    ),
    Mistake(
        "loggers.l8",
        ['@loggers = "art.CSV.v1"', 'stages = ["overfitt"]'],
        [(2, 11, "[loggers.l8] stages: unknown stage 'overfitt'. Did you mean 'overfit'?")],
    ),
    Mistake(
        "paths",
        ['token = "abc123"'],
        [
            (
                1,
                9,
                "[paths] token looks like a secret, and a recipe config is made to be shared: it belongs in the environment or the tracker's own login. Delete it here, and revoke it if this file was ever shared.",
            )
        ],
    ),
    Mistake(
        "optimizer",
        ['@models = "art.CNN.v1"'],
        [(1, 1, "[optimizer] '@models' is one @name too many: '@optimizers' is there already.")],
    ),
    Mistake(
        "optimizer",
        ["lr = -1"],
        [(1, 6, "[optimizer] lr: expected float > 0, got -1.")],
    ),
    Mistake(
        "optimizer",
        ["betas = [0.9]"],
        [
            (
                1,
                9,
                "[optimizer] betas: expected [float >= 0 and < 1, float >= 0 and < 1], got [0.9].",
            )
        ],
    ),
    Mistake(
        "optimizer",
        ["params = 3"],
        [(1, 1, "[optimizer] 'params' is set by ART and cannot be configured.")],
    ),
    Mistake(
        "optimizer",
        ["weight_decay = 0,01"],
        [
            (
                1,
                16,
                '[optimizer] weight_decay: expected float >= 0, got "0,01". Write it with a point: 0.01.',
            )
        ],
    ),
    Mistake(
        "model",
        ["channels = [16, 32"],
        [(1, 12, "[model] channels: not valid JSON: the '[' is not closed.")],
    ),
    Mistake(
        "model",
        ["hidden = 64,"],
        [(1, 10, '[model] hidden: expected int >= 1, got "64,".')],
    ),
    Mistake(
        "model",
        ["dropout = [0.1,]"],
        [(1, 15, "[model] dropout: not valid JSON: a comma is too many here.")],
    ),
    Mistake(
        "model",
        ["depth = 3"],
        [(1, 1, "[model] unknown setting 'depth'. Known: channels, dropout, hidden.")],
    ),
    Mistake(
        "stages.s1",
        ['@stages = "art.Overfit.v1"', "max_epochs = 3", "max_epochs = 4"],
        [(3, 1, "[stages.s1] 'max_epochs' was set already (line @2 first).")],
    ),
    Mistake(
        "stages.s2",
        ['@stages = "art.Overfit.v1"', 'overrides = {"model.dropuot": 0}'],
        [
            (
                2,
                14,
                "[stages.s2] overrides: there is no setting 'model.dropuot': [model] has no 'dropuot'. Did you mean 'dropout'?",
            )
        ],
    ),
    Mistake(
        "stages.s3",
        ['@stages = "art.Overfit.v1"', 'overrides = {"system.devices": 2}'],
        [
            (
                2,
                14,
                "[stages.s3] overrides: 'system.devices' cannot be changed by a stage; only settings of data, model, optimizer, scheduler, training, callbacks, task can.",
            )
        ],
    ),
    Mistake(
        "stages.s4",
        ['@stages = "art.Overfit.v1"', "overrides = {'model.dropout': 0}"],
        [(2, 14, "[stages.s4] overrides: not valid JSON: use double quotes, not single ones.")],
    ),
    Mistake(
        "stages.s5",
        ['@stages = "art.Overfit.v1"', 'overrides = {"model.dropout": 2}'],
        [(2, 14, "[stages.s5] overrides: model.dropout: expected float >= 0 and < 1, got 2.")],
    ),
    Mistake(
        "stages.s6.checks.low",
        ['@checks = "art.LessThan.v1"', 'score = "train/loss"', "value = 1"],
        [
            (
                0,
                1,
                '[stages.s6.checks.low] its parent is missing: add a [stages.s6] section with an @stages = "...".',
            )
        ],
    ),
    Mistake(
        "stages.s7",
        ['@stages = "art.Overfit.v1"', "checks = 3"],
        [(2, 10, "[stages.s7] checks: expected dict of anything, got 3.")],
    ),
    Mistake(
        "stages.overfit.checks.c1",
        ['@checks = "art.LessThan.v1"', "value = 1"],
        [(0, 1, "[stages.overfit.checks.c1] missing 'score' (str), which art.LessThan.v1 needs.")],
    ),
    Mistake(
        "stages.overfit.checks.c2",
        ['@checks = "art.LessThan.v1"', 'score = "valid/accuracy"', "value = 1"],
        [
            (
                2,
                9,
                "[stages.overfit.checks.c2] score: there is no split 'valid': they are train, val, test. Did you mean 'val/accuracy'?",
            )
        ],
    ),
    Mistake(
        "stages.overfit.checks.c3",
        ['@checks = "art.LessThan.v1"', 'score = "val/acuracy"', "value = 1"],
        [
            (
                2,
                9,
                "[stages.overfit.checks.c3] score: nothing measures 'acuracy'. Did you mean 'val/accuracy'?",
            )
        ],
    ),
    Mistake(
        "stages.overfit.checks.c7",
        ['@checks = "art.LessThan.v1"', 'score = "val/r2"', "value = 1"],
        [
            (
                2,
                9,
                "[stages.overfit.checks.c7] score: nothing measures 'r2' here; art.Regression.v1 would.",
            )
        ],
    ),
    Mistake(
        "visualizers",
        ['@visualizers = "x.v1"'],
        [(1, 1, "[visualizers] its blocks have names: write [visualizers.NAME] above this line.")],
    ),
    Mistake(
        "loggers.l10",
        ['@loggers = "art.CSV.v1"', "every = 1", "[loggers.l10.every]", "x = 2"],
        [
            (
                2,
                1,
                "[loggers.l10] 'every' has a value here and is a section as well: [loggers.l10.every], line @3.",
            ),
            (
                3,
                1,
                "[loggers.l10] unknown section [loggers.l10.every]. [loggers.l10] has settings and no sections inside.",
            ),
        ],
    ),
    Mistake(
        "loggers.l11",
        ['@loggers = "art.CSV.v1"', "[loggers.l11]"],
        [(2, 1, "[loggers.l11] this section was there already (line @0 first).")],
    ),
    Mistake(
        "paths",
        ["a2 = [1, 2,", "  3]", "    ", "   4"],
        [(4, 4, "[paths] a2: this indented line belongs to the value above it: unindent it.")],
    ),
    Mistake(
        "paths",
        ['b2 = {"a": [1, 2}'],
        [(1, 17, "[paths] b2: not valid JSON: a comma or a closing bracket is missing here.")],
    ),
    Mistake(
        "paths",
        ["c2 = [True]"],
        [(1, 7, "[paths] c2: not valid JSON: True is written true.")],
    ),
    Mistake(
        "paths",
        ["d2 = ${paths.a b}"],
        [
            (
                1,
                6,
                "[paths] d2: ${paths.a b} is not a reference: a setting is ${section.key}, a section ${section}; for the text itself write '$${'.",
            )
        ],
    ),
    Mistake(
        "paths",
        ["e2 = ${sistem.devices}"],
        [(1, 6, "[paths] e2: ${sistem.devices} leads nowhere. Did you mean 'system.devices'?")],
    ),
    Mistake(
        "optimizer",
        ["eps = nul"],
        [(1, 7, '[optimizer] eps: expected float, got "nul".')],
    ),
    Mistake(
        "model.encoder",
        ['@models = "art.MLP.v1"'],
        [
            (
                0,
                1,
                "[model] unknown section [model.encoder]. [model] has settings and no sections inside.",
            )
        ],
    ),
    Mistake(
        "stages.overfit.checks.c4",
        ['@checks = "art.Beats.v1"', 'score = "val/accuracy"', 'stage = "basline"'],
        [
            (
                3,
                9,
                "[stages.overfit.checks.c4] stage: 'basline' is not a stage of the recipe. Did you mean 'baseline'?",
            )
        ],
    ),
    Mistake(
        "stages.overfit.checks.c5",
        ['@checks = "art.Beats.v1"', 'score = "val/accuracy"', 'stage = "evaluate"'],
        [
            (
                3,
                9,
                "[stages.overfit.checks.c5] stage: 'evaluate' does not come before 'overfit' in the recipe.",
            )
        ],
    ),
    Mistake(
        "stages.overfit.checks.c6",
        [
            '@checks = "art.LessThan.v1"',
            'score = "train/loss"',
            "value = 1",
            'severity = "warning"',
        ],
        [
            (
                4,
                12,
                '[stages.overfit.checks.c6] severity: expected "block" or "warn", got "warning". Did you mean \'warn\'?',
            )
        ],
    ),
    Mistake(
        "stages.s8",
        ['@stages = "art.Overfit.v1"', "stop_at = 1", " [stages.s9]"],
        [
            (
                3,
                2,
                "[stages.s8] stop_at: this indented line belongs to the value above it: unindent it.",
            )
        ],
    ),
    Mistake(
        "data",
        ["batch_size = [1,", "  2"],
        [(1, 14, "[data] batch_size: not valid JSON: the '[' is not closed.")],
    ),
    Mistake(
        "data",
        ["val_size = 0.1", "val_size.x = 1"],
        [
            (1, 1, "[data] unknown setting 'val_size'. Did you mean 'batch_size'?"),
            (2, 1, "[data] unknown setting 'val_size.x'. Did you mean 'batch_size'?"),
        ],
    ),
    Mistake(
        "visualizers.v1",
        ['@visualizers = "art.ConfusionMatrix.v1"', "normalize = True, False"],
        [
            (
                2,
                1,
                "[visualizers.v1] unknown setting 'normalize'. Known: skip_stages, split, stages.",
            )
        ],
    ),
    Mistake(
        "visualizers.v2",
        ["x = 1"],
        [(0, 1, "[visualizers.v2] missing '@visualizers', the name of a registered function.")],
    ),
    Mistake(
        "visualizers.v3.x",
        ["y = 1"],
        [
            (
                0,
                1,
                '[visualizers.v3.x] its parent is missing: add a [visualizers.v3] section with an @visualizers = "...".',
            )
        ],
    ),
    Mistake(
        "stages.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.deep.er",
        ["z = 1"],
        [
            (
                0,
                1,
                "[stages.deep.deep.deep.deep.deep.deep....] is not a section name: more than 64 levels.",
            )
        ],
    ),
    Mistake(
        "project",
        ['stages = ["overfit", "evalute", "baseline", "evaluate", "baseline"]'],
        [
            (1, 10, "[project] stages: 'baseline' is there twice."),
            (
                1,
                22,
                "[project] stages: 'evalute' has no [stages.evalute] section. Did you mean 'evaluate'?",
            ),
        ],
    ),
    Mistake(
        "project",
        ['name = "my/name"'],
        [
            (
                1,
                8,
                "[project] name: 'my/name' cannot be a folder's name: use letters, digits, '-', '_' and '.'.",
            )
        ],
    ),
    Mistake(
        "project",
        ["seed = None"],
        [(1, 8, "[project] seed: expected int >= 0 and <= 4294967295, got null.")],
    ),
]


def written(mistakes: Sequence[Mistake]) -> tuple[str, list[str]]:
    """A config with these mistakes, and what is to be said of them, in order."""
    sections = {name: list(lines) for name, lines in SOUND.items()}
    for mistake in mistakes:
        sections.setdefault(mistake.section, []).extend(mistake.lines)
    lines: list[str] = []
    heads: dict[str, int] = {}
    for name, body in sections.items():
        lines += [f"[{name}]", *body]
        heads[name] = len(lines) - len(body)
    ends = {name: heads[name] + len(body) for name, body in SOUND.items()}
    found: list[tuple[int, int, str]] = []
    for mistake in mistakes:
        head = heads[mistake.section]
        above = ends.setdefault(mistake.section, head)
        for line, column, words in mistake.expected:
            told = LINE.sub(lambda match, above=above: f"line {above + int(match[1])}", words)
            found.append((above + line if line else head, column, told))
        ends[mistake.section] += len(mistake.lines)
    faults = [
        f"config.cfg:{line}:{column}: {words}"
        for line, column, words in sorted(found, key=lambda one: one[:2])
    ]
    return "\n".join(lines) + "\n", faults
