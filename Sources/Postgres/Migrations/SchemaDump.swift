/// What tables, indexes, constraints, types, functions and triggers a database has, as text: one line for each, in an order that does
/// not depend on how they came to be. Two databases with the same text hold the same things in the same way.
package enum SchemaDump {
    /// - Parameter schema: whose things are told.
    package static func text(_ database: some Database, schema: String = "public") async throws -> String {
        let lines = try await database.query(
            """
            with space as (select oid from pg_namespace where nspname = \(schema)),
            own as (select c.* from pg_class c where relnamespace in (select oid from space)
                and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e'))
            select line from (
                select format('table %s column %s %s%s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                    case when a.attnotnull then ' not null' else '' end,
                    case when a.attgenerated <> '' then ' generated ' || pg_get_expr(d.adbin, d.adrelid)
                        when d.oid is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end,
                    case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end,
                    case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation::text else '' end) as line
                from own c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                join pg_type t on t.oid = a.atttypid
                left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
                where c.relkind in ('r', 'p', 'f')
                union all
                select format('table %s constraint %s %s', c.relname, k.conname, pg_get_constraintdef(k.oid))
                from own c join pg_constraint k on k.conrelid = c.oid
                union all
                select format('index %s', pg_get_indexdef(c.oid)) from own c where c.relkind in ('i', 'I')
                union all
                select format('view %s %s', c.relname, pg_get_viewdef(c.oid)) from own c where c.relkind in ('v', 'm')
                union all
                select format('sequence %s %s %s %s %s %s', c.relname, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax)
                from own c join pg_sequence s on s.seqrelid = c.oid
                union all
                select format('trigger %s', pg_get_triggerdef(g.oid)) from own c join pg_trigger g on g.tgrelid = c.oid
                where not g.tgisinternal
                union all
                select format('function %s', pg_get_functiondef(p.oid)) from pg_proc p
                where p.pronamespace in (select oid from space) and p.prokind in ('f', 'p')
                    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
                union all
                select format('enum %s %s', t.typname, string_agg(e.enumlabel, ', ' order by e.enumsortorder))
                from pg_type t join pg_enum e on e.enumtypid = t.oid where t.typnamespace in (select oid from space) group by t.typname
                union all
                select format('domain %s %s %s', t.typname, format_type(t.typbasetype, t.typtypmod),
                    (select string_agg(pg_get_constraintdef(k.oid), ' ' order by k.conname) from pg_constraint k where k.contypid = t.oid))
                from pg_type t where t.typtype = 'd' and t.typnamespace in (select oid from space)
                union all
                select format('extension %s', extname) from pg_extension where extname <> 'plpgsql'
            ) lines order by line collate "C"
            """)
        return try lines.map { row throws in try row.decode("line", as: String.self) + "\n" }.joined()
    }
}
