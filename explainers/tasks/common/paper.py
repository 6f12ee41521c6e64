"""The figures of Graves, Wayne and Danihelka (2014, arXiv:1410.5401, section 4) by their numbers: for each task, what a figure shows.

The numbers stand here and nowhere else. A caption says what it is drawn after; the number is quoted by a fact.
"""

FIGURES = {
    "copy": {"learning": 3, "generalisation": 4, "generalisation of the LSTM": 5, "memory use": 6},
    "repeat copy": {"learning": 7, "generalisation": 8, "memory use": 9},
    "recall": {"learning": 10, "generalisation": 11, "memory use": 12},
    "n-grams": {"learning": 13, "inference": 14, "memory use": 15},
    "sort": {"example": 16, "memory use": 17, "learning": 18},
}
