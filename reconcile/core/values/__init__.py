"""Values as people write them into cells: percentages, amounts, dates, periods, standard words."""
