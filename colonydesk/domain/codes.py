"""The enumerations: the codes that are stored (Alyx's own) and the words that are shown for them."""

from typing import Final

SEX: Final = {"M": "male", "F": "female", "U": "unknown"}
PROTOCOL_NUMBER: Final = {"1": "1", "2": "2", "3": "3", "4": "4"}
PROTOCOL_REASON: Final = {
    "3": "it is on water restriction",
    "2": "it has had a surgery, and is not on water restriction",
    "1": "it has had no surgery, and is not on water restriction",
}
SEVERITY: Final = {1: "Sub-threshold", 2: "Mild", 3: "Moderate", 4: "Severe", 5: "Non-recovery"}
MILD: Final = 2
MODERATE: Final = 3
ZYGOSITY: Final = {0: "Absent", 1: "Heterozygous", 2: "Homozygous", 3: "Present"}
ZYGOSITY_SYMBOL: Final = {0: "-/-", 1: "+/-", 2: "+/+", 3: "+"}
ZYGOSITY_ORIGIN: Final = {"derived": "from tests", "hand": "by hand"}
TEST_RESULT: Final = {0: "Absent", 1: "Present"}
INJECTION_TYPE: Final = {"I": "iontophoresis", "P": "pressure"}
OUTCOME_TYPE: Final = {"a": "acute", "r": "recovery", "n": "non-recovery"}
QC: Final = {0: "not set", 10: "pass", 30: "warning", 40: "fail", 50: "critical"}
LIGHT_CYCLE: Final = {0: "normal", 1: "inverted"}
GROWTH_MODE: Final = {"step": "by whole weeks", "linear": "linear between weeks"}
NOTIFICATION_STATUS: Final = {"no-send": "not sent", "to-send": "to be sent", "sent": "sent"}
NOTIFICATION_TYPE: Final = {
    "responsible_user_change": "responsible member changed",
    "mouse_underweight": "underweight",
    "mouse_water": "water owed",
    "mouse_training": "little training",
    "mouse_not_weighed": "not weighed",
    "wean_due": "wean due",
    "genotyping_due": "genotyping due",
    "cage_cleaning_due": "cage cleaning due",
    "request_due": "request due",
    "breeding_check_due": "breeding check due",
    "request_made": "new request",
    "request_assigned": "animal given to a request",
}
SUBJECTS_SCOPE: Final = {"none": "none", "all": "all", "mine": "mine", "lab": "my lab"}
