"""For every table: what a user types to make a record, to find it and to change it. In an order in which
later ones choose from earlier ones."""

from dataclasses import dataclass, field

TICK = "tick"
IN_USE = "cannot be deleted"
JSON = '{"from": "the shelf", "count": 3}'


@dataclass(frozen=True, slots=True)
class Case:
    """``typed`` by label; ``find`` what is searched for; ``change`` a label with what is typed then.

    ``delete``: what is said at the end where the record is not just deleted: it is in use, or is only marked.
    ``bare``: of one that is in use, what is typed for another one that nothing refers to, to be deleted.
    """

    table: str
    typed: dict[str, str]
    find: str
    change: tuple[str, str]
    delete: str = ""
    bare: dict[str, str] = field(default_factory=dict)


def word(table: str, name: str, *, in_use: bool = False) -> Case:
    return Case(
        table,
        {"Name": name, "Description": f"{name}, to be tried out", "Extra fields": JSON},
        name,
        ("Description", f"{name}, tried out"),
        IN_USE if in_use else "",
        {"Name": f"bare {table}"} if in_use else {},
    )


def cases(animal: str, father: str, mother: str) -> list[Case]:
    """``animal``: a living one; ``father`` and ``mother``: a male and a female."""
    return [
        Case(
            "species",
            {"Called": "Harvest mouse", "Scientific name": "Micromys minutus", "Usually at least": "4"},
            "harvest",
            ("Usually at most", "11.5"),
            IN_USE,
            {"Called": "Vole"},
        ),
        word("strain", "129X9/Test", in_use=True),
        word("source", "Own breeding room", in_use=True),
        Case("water_type", {"Name": "Saccharin water"}, "saccharin", ("Name", "Saccharin water 0.1%")),
        word("procedure_type", "Tail clip under gas"),
        word("cull_reason", "End of the try"),
        word("cull_method", "Perfusion fixed"),
        word("cage_type", "Rat cage large"),
        word("enrichment", "Running wheel blue"),
        word("food", "Breeding diet 9F"),
        Case(
            "lab",
            {
                "Name": "Annex lab",
                "Institution": "Institute of Tests",
                "Time zone": "Europe/Berlin",
                "By reference weight": "80",
                "Never below": "72.5",
                "Growth curve": "By whole weeks",
                "Usual species": "Harvest mouse",
                "Cage type": "Rat cage large",
                "Light cycle": "Inverted",
            },
            "annex",
            ("By growth curve", "5"),
        ),
        Case(
            "lab_member",
            {
                "User name": "q.tester",
                "First name": "Quinn",
                "Last name": "Tester",
                "E-mail": "q.tester@example.org",
                "Stock manager": TICK,
            },
            "quinn",
            ("Last name", "Tester-Hale"),
            IN_USE,
            {"User name": "b.bare"},
        ),
        Case(
            "lab_membership",
            {"Member": "q.tester", "Lab": "Annex lab", "Role": "vet", "Since": "2 Mar 2026"},
            "annex vet",
            ("Until", "9 Mar 2026"),
        ),
        Case(
            "lab_location",
            {"Name": "Rig 17", "Lab": "Annex lab", "Description": "behind the door"},
            "rig 17",
            ("Description", "beside the door"),
        ),
        Case(
            "project",
            {"Name": "Whisker maps", "Description": "barrel cortex", "Members": "q.tester"},
            "whisker",
            ("Animals", animal),
            IN_USE,
            {"Name": "Bare project"},
        ),
        Case(
            "growth_curve",
            {"Name": "Harvest mouse curve", "Edition": "2", "Species": "Harvest mouse"},
            "harvest",
            ("Source", "weighed in our own room"),
        ),
        Case(
            "growth_point",
            {
                "Growth curve": "Harvest mouse curve",
                "Sex": "Male",
                "Age": "6",
                "Mean weight": "6.5",
                "Standard deviation": "0.8",
            },
            "harvest",
            ("Mean weight", "6.75"),
        ),
        Case(
            "sequence",
            {"Name": "Xyz-Cre 3'", "Base pairs": "ACGTAC", "Description": "forward"},
            "xyz-cre",
            ("Description", "reverse"),
            IN_USE,
            {"Name": "Bare sequence"},
        ),
        Case(
            "allele",
            {"Called": "Xyz-Cre", "Full name": "Xyz<tm1(cre)Abc>", "Sequences": "Xyz-Cre 3'"},
            "xyz",
            ("Full name", "Xyz<tm2(cre)Abc>"),
            IN_USE,
            {"Called": "Bare-allele"},
        ),
        Case(
            "line",
            {
                "Called": "XYZ",
                "Full name": "Xyz-Cre line",
                "Alleles": "Xyz-Cre",
                "Species": "Harvest mouse",
                "Strain": "129X9/Test",
                "Source": "Own breeding room",
                "Weaned at": "20",
            },
            "xyz-cre line",
            ("Target phenotype", "expresses Cre"),
            IN_USE,
            {"Called": "BARE"},
        ),
        Case(
            "zygosity_rule",
            {"Line": "XYZ", "Allele": "Xyz-Cre", "Sequence": "Xyz-Cre 3'", "is": "Present"}
            | {"Zygosity": "Heterozygous"},
            "xyz",
            ("Order", "3"),
        ),
        Case(
            "breeding_pair",
            {"Name": "XYZ_BP_77", "Line": "XYZ", "Father": father, "Mother": mother, "Since": "1 Mar 2026"},
            "xyz_bp_77",
            ("Description", "a first try"),
        ),
        Case(
            "litter",
            {"Name": "XYZ_L_77", "Line": "XYZ", "Breeding pair": "XYZ_BP_77", "Born": "5 Mar 2026"},
            "xyz_l_77",
            ("Description", "seven pups"),
        ),
        Case(
            "subject_request",
            {"Line": "XYZ", "How many": "4", "Needed by": "1 May 2026", "Description": "for the pilot"},
            "xyz pilot",
            ("How many", "6"),
            IN_USE,  # the animal below was given to it
            {"Line": "XYZ", "How many": "1"},
        ),
        Case(
            "subject",
            {
                "Name": "XYZ_9001",
                "Sex": "Female",
                "Born": "2 Feb 2026",
                "Ear mark": "RL",
                "Line": "XYZ",
                "Projects": "Whisker maps",
                "Description": "lively",
                "To be genotyped": TICK,
            },
            "xyz_9001",
            ("Adverse effects", "none so far"),
            IN_USE,
            {"Name": "BARE_1"},
        ),
        Case(
            "genotype_test",
            {"Animal": "XYZ_9001", "Sequence": "Xyz-Cre 3'", "Result": "Present"},
            "xyz_9001",
            ("Result", "Absent"),
        ),
        Case(
            "zygosity",
            {"Animal": animal, "Allele": "Xyz-Cre", "Zygosity": "Homozygous"},
            f"{animal} xyz-cre",
            ("Zygosity", "Present"),
        ),
        Case(
            "housing",
            {"Cage": "Z-99", "Cage type": "Rat cage large", "Food": "Breeding diet 9F", "Cleaned every": "7"},
            "z-99",
            ("Light cycle", "Normal"),
        ),
        Case(
            "housing_subject",
            {"Animal": "XYZ_9001", "Cage": "Z-99", "In": "9 Mar 2026 09:30"},
            "xyz_9001",
            ("Out", "10 Mar 2026 08:15"),
        ),
        Case(
            "cage_cleaning",
            {"Cage": "Z-99", "When": "9 Mar 2026 16:45"},
            "z-99",
            ("When", "9 Mar 2026 17:00"),
        ),
        Case(
            "weighing",
            {"Animal": "XYZ_9001", "Weight": "17.2", "When": "10 Mar 2026 09:00"}
            | {"Name": "the first", "Extra fields": JSON},
            "xyz_9001",
            ("Weight", "17.4"),
            "Taken out.",
        ),
        Case(
            "water_restriction",
            {"Animal": "XYZ_9001", "Started": "9 Mar 2026 12:00", "Reference weight": "17.5"},
            "xyz_9001",
            ("Narrative", "for the pilot"),
        ),
        Case(
            "water_administration",
            {"Animal": "XYZ_9001", "Amount": "0.6", "When": "10 Mar 2026 10:00", "Water": "Water"}
            | {"Name": "before work", "Extra fields": JSON},
            "xyz_9001",
            ("Amount", "0.65"),
            "Taken out.",
        ),
        Case(
            "water_plan",
            {"Animal": "XYZ_9001", "Day": "11 Mar 2026", "Amount": "0.7", "Carer": "q.tester"},
            "xyz_9001",
            ("Amount", "0.75"),
        ),
        Case(
            "surgery",
            {
                "Animal": "XYZ_9001",
                "Started": "8 Mar 2026 10:00",
                "Ended": "8 Mar 2026 11:30",
                "Outcome": "Recovery",
                "Implant": "1.2",
                "Procedures": "Tail clip under gas",
                "Location": "Rig 17",
            },
            "xyz_9001",
            ("Narrative", "went well"),
        ),
        Case(
            "virus_injection",
            {
                "Animal": "XYZ_9001",
                "Started": "8 Mar 2026 12:00",
                "Virus batch": "AAV9-77",
                "Injected by": "Pressure",
                "Volume": "300",
                "Rate": "25",
            },
            "aav9-77",
            ("Rate", "30"),
        ),
        Case(
            "session",
            {
                "Animal": "XYZ_9001",
                "Started": "10 Mar 2026 11:00",
                "Number": "1",
                "Task protocol": "go_nogo_7",
                "Trials": "210",
                "Correct trials": "180",
                "Projects": "Whisker maps",
                "Quality": "Pass",
                "Quality in detail": JSON,
            },
            "go_nogo_7",
            ("Ended", "10 Mar 2026 11:40"),
        ),
        Case(
            "other_action",
            {"Animal": "XYZ_9001", "Started": "9 Mar 2026 15:00", "Narrative": "nails trimmed"},
            "nails",
            ("Narrative", "nails trimmed, weighed"),
        ),
        Case(
            "note",
            {"About": "Animal: XYZ_9001", "Text": "Scratches its left ear.", "When": "10 Mar 2026 12:00"},
            "scratches",
            ("Text", "Scratches its right ear."),
        ),
        Case(
            "saved_view",
            {"Name": "Mine and alive", "Columns, order, filters": JSON},
            "mine alive",
            ("Name", "Mine, alive"),
        ),
        Case(
            "narrative_template",
            {"Name": "Headplate", "Text": "Headplate fixed with cement."},
            "headplate",
            ("Text", "Headplate fixed with dental cement."),
        ),
        Case(
            "cull",
            {
                "Animal": "XYZ_9001",
                "Day": "10 Mar 2026",
                "Reason": "End of the try",
                "Method": "Perfusion fixed",
                "Actual severity": "Moderate",
            },
            "xyz_9001",
            ("Description", "as planned"),
        ),
    ]


DATA = [
    Case("data_repository_type", {"Name": "Tape robot"}, "tape", ("Name", "Tape robot 2")),
    Case(
        "data_repository",
        {"Name": "tape-north", "Type": "Tape robot 2", "Computer": "tape.example.org"}
        | {"Time zone": "Europe/London", "Path": "/north"},
        "tape-north",
        ("Path", "/north/2026"),
    ),
    Case(
        "data_format",
        {"Name": "npz", "File ending": ".npz", "Description": "several arrays"},
        "npz",
        ("Loaded in Python by", "numpy.load"),
    ),
    Case(
        "dataset_type",
        {"Name": "whisker.angle", "File names": "whisker.angle.*", "Description": "angle of the whisker"},
        "whisker.angle",
        ("Description", "angle of the C2 whisker"),
    ),
    Case(
        "dataset",
        {
            "Name": "whisker.angle.npz",
            "Type": "whisker.angle",
            "Format": "npz",
            "Collection": "alf",
            "Tags": "pilot\n2026",
            "File size": "123456",
            "MD5": "9e107d9d372bb6826bd81d3542a419d6",
            "SHA-1": "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
            "Quality": "Pass",
        },
        "whisker.angle.npz",
        ("Collection", "alf/probe00"),
    ),
    Case(
        "file_record",
        {"Dataset": "whisker.angle.npz", "Repository": "tape-north"}
        | {"Path in it": "xyz/2026-03-10/whisker.angle.npz", "Is there": TICK},
        "whisker.angle",
        ("Path in it", "xyz/2026-03-10/001/whisker.angle.npz"),
    ),
]
