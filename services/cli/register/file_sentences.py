"""Every remark on a file, a sheet or a column of a register, in French and in English."""

# kind: what is wrong (French, English), what to do (French, English)
SAID: dict[str, tuple[str, str, str, str]] = {
    "total_row": (
        "ligne de total passée",
        "row of totals passed over",
        "rien",
        "nothing",
    ),
    "codes_made": (
        "{count} codes manquants ont été faits",
        "{count} missing codes were made",
        "prendre la copie du fichier qui les porte",
        "take the copy of the file that carries them",
    ),
    "column_missing": (
        "il manque la colonne « {value} »",
        "the column “{value}” is missing",
        "l'ajouter, ou donner une valeur constante par --mapping",
        "add it, or give a constant value by --mapping",
    ),
    "column_unknown": (
        "colonne inconnue, gardée comme champ propre",
        "unknown column, kept as an own field",
        "rien, ou la nommer par --mapping",
        "nothing, or name it by --mapping",
    ),
    "sheet_unknown": (
        "feuille inconnue, non lue",
        "unknown sheet, not read",
        "la nommer par --mapping, ou rien",
        "name it by --mapping, or nothing",
    ),
    "header_missing": (
        "aucune ligne d'en-têtes reconnue",
        "no row of headers recognised",
        "vérifier les en-têtes, ou les nommer par --mapping",
        "check the headers, or name them by --mapping",
    ),
    "file_missing": (
        "le fichier n'existe pas ou ne peut être ouvert",
        "the file does not exist or cannot be opened",
        "vérifier le nom et les droits",
        "check the name and the rights",
    ),
    "file_empty": (
        "le fichier est vide",
        "the file is empty",
        "vérifier que c'est le bon fichier",
        "check that this is the right file",
    ),
    "file_protected": (
        "le classeur est protégé par un mot de passe",
        "the workbook is protected by a password",
        "l'enregistrer sans mot de passe, l'importer, puis détruire cette copie",
        "save it without a password, import it, then destroy that copy",
    ),
    "file_broken": (
        "le classeur est endommagé",
        "the workbook is damaged",
        "l'ouvrir dans Excel ou LibreOffice et l'enregistrer de nouveau en .xlsx",
        "open it in Excel or LibreOffice and save it again as .xlsx",
    ),
    "file_not_table": (
        "ce n'est ni un classeur ni un fichier CSV",
        "this is neither a workbook nor a CSV file",
        "l'enregistrer en .xlsx ou en .csv",
        "save it as .xlsx or as .csv",
    ),
    "file_too_large": (
        "le fichier est trop grand : {value}",
        "the file is too large: {value}",
        "le partager en plusieurs, ou retirer les cellules égarées loin des données",
        "part it into several, or remove cells astray far from the rows",
    ),
    "file_odd_letters": (
        "des caractères n'ont pu être lus",
        "some characters could not be read",
        "enregistrer le fichier en « CSV UTF-8 »",
        "save the file as “CSV UTF-8”",
    ),
    "mapping_not_toml": (
        "le fichier de correspondance ne se lit pas : {value}",
        "the mapping cannot be read: {value}",
        "corriger la ligne nommée (TOML)",
        "correct the line named (TOML)",
    ),
    "mapping_word": (
        "mot inattendu dans la correspondance : {value}",
        "unexpected word in the mapping: {value}",
        "employer is, header_line, columns, values, constants, repeats",
        "use is, header_line, columns, values, constants, repeats",
    ),
    "mapping_sheet": (
        "« {value} » n'est le nom d'aucune feuille du registre",
        "“{value}” is the name of no sheet of the register",
        "reprendre un nom du modèle",
        "take a name of the template",
    ),
    "mapping_column": (
        "« {value} » n'est le nom d'aucune colonne de cette feuille",
        "“{value}” is the name of no column of this sheet",
        "reprendre un en-tête du modèle",
        "take a header of the template",
    ),
}
