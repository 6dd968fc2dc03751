-- SQLite reads a partial index alone only where every column that the question names stands in it, void_at too.
drop index registry_insured_by_employer;
create index registry_insured_by_employer on registry_insured
    (employer_id, person_id, from_month, until_month, insurances, scheme, id, void_at)
    where employer_id is not null and void_at is null;
