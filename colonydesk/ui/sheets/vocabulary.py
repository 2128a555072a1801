"""The words that are chosen from elsewhere: types, reasons, species, strains, sources."""

from __future__ import annotations

from colonydesk.ui.forms.items import Item, ListColumn, Sheet
from colonydesk.ui.sheets.common import more, vocabulary

SHEETS: dict[str, Sheet] = {
    "species": Sheet(
        "species",
        "Species",
        "species",
        (
            Item("nickname", "Called"),
            Item("name", "Scientific name"),
            Item("usual_weight_min", "Usually at least", heading="Usual weight"),
            Item("usual_weight_max", "Usually at most"),
            *more(name=False),
        ),
        (
            ListColumn("nickname", "Called", width=170),
            ListColumn("name", "Scientific name", width=160),
            ListColumn("usual_weight_min", "From, g", number=True, width=80),
            ListColumn("usual_weight_max", "To, g", number=True, width=80),
        ),
    ),
    "strain": vocabulary("strain", "Strains", "strain"),
    "source": vocabulary("source", "Sources", "source"),
    "water_type": Sheet(
        "water_type",
        "Water types",
        "water type",
        (Item("name", "Name"), *more(name=False)),
        (ListColumn("name", "Name", width=260),),
    ),
    "procedure_type": vocabulary("procedure_type", "Procedure types", "procedure type"),
    "cull_reason": vocabulary("cull_reason", "Cull reasons", "cull reason"),
    "cull_method": vocabulary("cull_method", "Cull methods", "cull method"),
    "cage_type": vocabulary("cage_type", "Cage types", "cage type"),
    "enrichment": vocabulary("enrichment", "Enrichments", "enrichment"),
    "food": vocabulary("food", "Foods", "food"),
    "growth_curve": Sheet(
        "growth_curve",
        "Growth curves",
        "growth curve",
        (
            Item("name", "Name"),
            Item("edition", "Edition"),
            Item("species_id", "Species"),
            Item("strain_id", "Strain"),
            Item("source", "Source", lines=2),
            Item("is_active", "In use"),
            *more(name=False),
        ),
        (
            ListColumn("name", "Name", width=190),
            ListColumn("edition", "Edition", number=True, width=70),
            ListColumn("species_id", "Species", width=130),
            ListColumn("strain_id", "Strain", width=110),
            ListColumn("is_active", "In use", width=60),
        ),
    ),
    "growth_point": Sheet(
        "growth_point",
        "Points of growth curves",
        "point",
        (
            Item("growth_curve_id", "Growth curve"),
            Item("sex", "Sex"),
            Item("week", "Age"),
            Item("mean_g", "Mean weight"),
            Item("sd_g", "Standard deviation"),
            *more(),
        ),
        (
            ListColumn("growth_curve_id", "Growth curve", width=180),
            ListColumn("sex", "Sex", width=80),
            ListColumn("week", "Week", number=True, width=70),
            ListColumn("mean_g", "Mean, g", number=True, width=80, decimals=1),
            ListColumn("sd_g", "SD, g", number=True, width=80, decimals=2),
        ),
    ),
}
