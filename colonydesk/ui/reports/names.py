"""The reports in the order of the list, and after what each is read anew."""

GROUPS = (
    ("Animals", ("water-restriction", "underweight", "to-do", "surgery-pending")),
    ("Work", ("training", "changes")),
    ("Annual return", ("animals-used", "animals-used-list")),
)
FIRST = "water-restriction"
WEIGHTS = frozenset(
    {"weighing", "water_administration", "water_restriction", "surgery", "growth_curve", "growth_point"}
)
ANIMALS = frozenset({"subject", "lab", "line", "lab_member", "imported"})
# What a report is read anew after, beside the animals; of changes it is everything.
OF = {
    "water-restriction": WEIGHTS,
    "underweight": WEIGHTS,
    "to-do": frozenset({"cull", "zygosity", "genotype_test"}),
    "surgery-pending": frozenset({"surgery"}),
    "training": frozenset({"session", "water_restriction"}),
    "animals-used": frozenset(
        {"surgery", "virus_injection", "session", "water_restriction", "other_action", "cull"}
        | {"zygosity", "genotype_test"}
    ),
}
OF["animals-used-list"] = OF["animals-used"]
