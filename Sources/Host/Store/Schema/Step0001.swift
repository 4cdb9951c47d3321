extension Schema {
    /// Users, templates, workspaces, builds, and the jobs that carry them out.
    ///
    /// - Identifiers are UUIDs, texts that users type are kept as typed and compared in lower case.
    /// - What is a secret and only compared is kept as its SHA-256 (`…_hash`).
    /// - A row that others refer to is marked as deleted, not removed; its name is free again.
    static let step0001 = """
        create table deployment (
            -- one row
            id uuid primary key,
            created_at timestamptz not null default now(),
            only_one boolean not null unique default true check (only_one)
        );
        create table settings (
            key text primary key,
            value jsonb not null,
            updated_at timestamptz not null default now()
        );

        -- Who

        create table users (
            id uuid primary key,
            username text not null,
            email text not null,
            name text not null default '',
            avatar_url text not null default '',
            -- of libcrypt, with its parameters in it; null: cannot sign in with a password
            password_hash text,
            login_type text not null check (login_type in ('password', 'oidc', 'github', 'none')),
            status text not null default 'active' check (status in ('active', 'dormant', 'suspended')),
            roles text[] not null default '{}',
            theme text not null default '',
            -- for git in workspaces, OpenSSH form
            ssh_public_key text not null default '',
            ssh_private_key text not null default '',
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now(),
            last_seen_at timestamptz,
            deleted boolean not null default false
        );
        create unique index users_username on users (lower(username)) where not deleted;
        create unique index users_email on users (lower(email)) where not deleted and email <> '';

        create table organizations (
            id uuid primary key,
            name text not null,
            display_name text not null default '',
            description text not null default '',
            icon text not null default '',
            is_default boolean not null default false,
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now(),
            deleted boolean not null default false
        );
        create unique index organizations_name on organizations (lower(name)) where not deleted;
        create unique index organizations_default on organizations (is_default) where is_default;

        create table organization_members (
            organization_id uuid not null references organizations on delete cascade,
            user_id uuid not null references users on delete cascade,
            roles text[] not null default '{}',
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now(),
            primary key (organization_id, user_id)
        );
        create index organization_members_user on organization_members (user_id);

        create table groups (
            id uuid primary key,
            organization_id uuid not null references organizations on delete cascade,
            name text not null,
            display_name text not null default '',
            avatar_url text not null default '',
            quota_allowance integer not null default 0,
            unique (organization_id, name)
        );
        create table group_members (
            group_id uuid not null references groups on delete cascade,
            user_id uuid not null references users on delete cascade,
            primary key (group_id, user_id)
        );

        -- Sessions and tokens: what a client sends is ID-SECRET.
        create table api_keys (
            id text primary key,
            secret_hash bytea not null,
            user_id uuid not null references users on delete cascade,
            login_type text not null check (login_type in ('password', 'token', 'oidc', 'github')),
            scopes text[] not null default '{all}',
            -- '' for a session
            token_name text not null default '',
            lifetime_seconds bigint not null,
            ip_address text not null default '',
            last_used_at timestamptz,
            expires_at timestamptz not null,
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now()
        );
        create index api_keys_user on api_keys (user_id);
        create unique index api_keys_token_name on api_keys (user_id, token_name) where token_name <> '';

        -- Templates

        create table files (
            id uuid primary key,
            -- SHA-256 of the data
            hash bytea not null,
            created_by uuid not null references users,
            media_type text not null,
            data bytea not null,
            created_at timestamptz not null default now(),
            unique (hash, created_by)
        );

        create table templates (
            id uuid primary key,
            organization_id uuid not null references organizations,
            name text not null,
            display_name text not null default '',
            description text not null default '',
            icon text not null default '',
            active_version_id uuid not null,
            created_by uuid not null references users,
            default_ttl_seconds bigint not null default 0 check (default_ttl_seconds >= 0),
            activity_bump_seconds bigint not null default 3600 check (activity_bump_seconds >= 0),
            failure_ttl_seconds bigint not null default 0 check (failure_ttl_seconds >= 0),
            time_til_dormant_seconds bigint not null default 0 check (time_til_dormant_seconds >= 0),
            time_til_dormant_autodelete_seconds bigint not null default 0 check (time_til_dormant_autodelete_seconds >= 0),
            -- bit 0: Monday
            autostart_block_days smallint not null default 0,
            autostop_requirement_days smallint not null default 0,
            autostop_requirement_weeks smallint not null default 0,
            allow_user_autostart boolean not null default true,
            allow_user_autostop boolean not null default true,
            allow_user_cancel_jobs boolean not null default true,
            require_active_version boolean not null default false,
            deprecation_message text not null default '',
            max_port_sharing text not null default 'public' check (max_port_sharing in ('owner', 'organization', 'authenticated', 'public')),
            -- user or group id → role
            user_acl jsonb not null default '{}',
            group_acl jsonb not null default '{}',
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now(),
            deleted boolean not null default false
        );
        create unique index templates_name on templates (organization_id, lower(name)) where not deleted;

        create table provisioner_jobs (
            id uuid primary key,
            organization_id uuid not null references organizations,
            initiator_id uuid not null references users,
            kind text not null check (kind in ('template_version_import', 'template_version_dry_run', 'workspace_build')),
            -- of the template
            file_id uuid not null references files,
            input jsonb not null,
            tags jsonb not null default '{}',
            -- The plugin that runs it; null: not decided yet
            plugin text,
            -- queued: started_at is null. running: started, not completed. ended: completed_at.
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now(),
            started_at timestamptz,
            -- somebody asked for its end
            canceled_at timestamptz,
            completed_at timestamptz,
            -- null with completed_at: succeeded, or cancelled
            error text,
            error_code text,
            -- Who runs it. A lease that has run out is anybody's: the job is recovered, not run again.
            server_id uuid,
            lease_expires_at timestamptz,
            attempt integer not null default 0,
            -- what it does just now: 'init', 'parse', 'plan', 'graph', 'apply', …
            stage text not null default '',
            logs_length bigint not null default 0,
            logs_overflowed boolean not null default false
        );
        create index provisioner_jobs_queue on provisioner_jobs (created_at) where started_at is null and completed_at is null;
        create index provisioner_jobs_running on provisioner_jobs (lease_expires_at) where started_at is not null and completed_at is null;
        create index provisioner_jobs_organization on provisioner_jobs (organization_id, created_at desc);

        create table provisioner_job_logs (
            job_id uuid not null references provisioner_jobs on delete cascade,
            -- from 1, without holes; what was lost is a record that says how much
            id bigint not null,
            created_at timestamptz not null,
            source text not null check (source in ('provisioner_daemon', 'provisioner')),
            level text not null check (level in ('trace', 'debug', 'info', 'warn', 'error')),
            stage text not null default '',
            output text not null,
            primary key (job_id, id)
        );

        create table provisioner_job_timings (
            job_id uuid not null references provisioner_jobs on delete cascade,
            started_at timestamptz not null,
            ended_at timestamptz not null,
            stage text not null,
            source text not null default '',
            action text not null default '',
            resource text not null default ''
        );
        create index provisioner_job_timings_job on provisioner_job_timings (job_id);

        -- What a job found wrong, in order.
        create table provisioner_job_diagnostics (
            job_id uuid not null references provisioner_jobs on delete cascade,
            number integer not null,
            diagnostic jsonb not null,
            primary key (job_id, number)
        );

        create table template_versions (
            id uuid primary key,
            organization_id uuid not null references organizations,
            -- null until a template is made of it
            template_id uuid references templates,
            name text not null,
            message text not null default '',
            readme text not null default '',
            job_id uuid not null references provisioner_jobs,
            created_by uuid not null references users,
            -- found by the import: the plugin, and the document "parameters" (parameters.schema.json)
            plugin text,
            parameters jsonb,
            -- of a plan for a start with the defaults, secrets left out
            graph_start jsonb,
            graph_stop jsonb,
            -- values of template variables: name → {value, sensitive}
            variable_values jsonb not null default '{}',
            archived boolean not null default false,
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now()
        );
        create unique index template_versions_name on template_versions (template_id, lower(name));
        create unique index template_versions_job on template_versions (job_id);
        alter table templates add foreign key (active_version_id) references template_versions deferrable initially deferred;

        -- Workspaces

        create table workspaces (
            id uuid primary key,
            organization_id uuid not null references organizations,
            owner_id uuid not null references users,
            template_id uuid not null references templates,
            name text not null,
            -- cron with CRON_TZ; null: none
            autostart_schedule text,
            ttl_seconds bigint check (ttl_seconds > 0),
            automatic_updates text not null default 'never' check (automatic_updates in ('always', 'never')),
            last_used_at timestamptz not null default now(),
            next_start_at timestamptz,
            dormant_at timestamptz,
            deleting_at timestamptz,
            -- from which the host key of its SSH servers is made
            ssh_host_seed bytea not null,
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now(),
            deleted boolean not null default false
        );
        create unique index workspaces_name on workspaces (owner_id, lower(name)) where not deleted;
        create index workspaces_template on workspaces (template_id) where not deleted;
        create index workspaces_next_start on workspaces (next_start_at) where not deleted;
        create table favorite_workspaces (
            user_id uuid not null references users on delete cascade,
            workspace_id uuid not null references workspaces on delete cascade,
            primary key (user_id, workspace_id)
        );

        -- What a workspace has made. Written before a job goes on; read by whoever runs the next job.
        create table workspace_records (
            workspace_id uuid primary key references workspaces,
            plugin text not null,
            -- null or empty: nothing exists
            checkpoint bytea,
            state_version integer not null default 0,
            -- the job that changes things and is not finished; it has to be recovered before the next
            unfinished jsonb,
            -- counts checkpoints
            sequence bigint not null default 0,
            updated_at timestamptz not null default now()
        );

        create table workspace_builds (
            id uuid primary key,
            workspace_id uuid not null references workspaces,
            template_version_id uuid not null references template_versions,
            -- from 1
            number integer not null,
            transition text not null check (transition in ('start', 'stop', 'delete')),
            reason text not null default 'initiator',
            initiator_id uuid not null references users,
            job_id uuid not null references provisioner_jobs,
            preset_id uuid,
            -- name → value, as text
            parameters jsonb not null default '{}',
            log_level text not null default '',
            -- forget what exists instead of removing it
            orphan boolean not null default false,
            -- until when it runs; null: for ever
            deadline timestamptz,
            max_deadline timestamptz,
            daily_cost integer not null default 0,
            -- bytes of the plugin between plan and apply
            plan bytea,
            -- what exists after it, secrets left out
            graph jsonb,
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now(),
            unique (workspace_id, number)
        );
        create unique index workspace_builds_job on workspace_builds (job_id);
        create index workspace_builds_deadline on workspace_builds (deadline) where deadline is not null;

        create table workspace_resources (
            id uuid primary key,
            job_id uuid not null references provisioner_jobs on delete cascade,
            build_id uuid references workspace_builds on delete cascade,
            transition text not null check (transition in ('start', 'stop', 'delete')),
            address text not null,
            type text not null,
            name text not null,
            hide boolean not null default false,
            icon text not null default '',
            instance_type text,
            daily_cost integer not null default 0,
            -- [{key, value, sensitive}]
            metadata jsonb not null default '[]',
            created_at timestamptz not null default now()
        );
        create index workspace_resources_job on workspace_resources (job_id);
        create index workspace_resources_build on workspace_resources (build_id);

        create table workspace_agents (
            id uuid primary key,
            resource_id uuid not null references workspace_resources on delete cascade,
            -- null for those of a template version
            build_id uuid references workspace_builds on delete cascade,
            workspace_id uuid references workspaces on delete cascade,
            parent_id uuid references workspace_agents on delete cascade,
            name text not null,
            -- null: it signs in with what its cloud says of it
            token_hash bytea,
            instance_id text,
            architecture text not null default '',
            operating_system text not null default '',
            directory text not null default '',
            expanded_directory text not null default '',
            -- [{name, value, merge_strategy}]
            environment jsonb not null default '[]',
            display_apps text[] not null default '{}',
            display_order integer not null default 0,
            api_key_scope text not null default 'all',
            connection_timeout_seconds integer not null default 120,
            troubleshooting_url text not null default '',
            motd_file text not null default '',
            startup_script_behavior text not null default 'non-blocking',
            resources_monitoring jsonb not null default '{}',
            lifecycle_state text not null default 'created' check (lifecycle_state in (
                'created', 'starting', 'start_timeout', 'start_error', 'ready', 'shutting_down', 'shutdown_timeout', 'shutdown_error', 'off')),
            version text not null default '',
            api_version text not null default '',
            subsystems text[] not null default '{}',
            first_connected_at timestamptz,
            last_connected_at timestamptz,
            disconnected_at timestamptz,
            -- the server that has its tunnel
            server_id uuid,
            started_at timestamptz,
            ready_at timestamptz,
            logs_length bigint not null default 0,
            logs_overflowed boolean not null default false,
            created_at timestamptz not null default now(),
            updated_at timestamptz not null default now()
        );
        create index workspace_agents_resource on workspace_agents (resource_id);
        create index workspace_agents_build on workspace_agents (build_id);
        create index workspace_agents_token on workspace_agents (token_hash);

        create table workspace_agent_scripts (
            id uuid primary key,
            agent_id uuid not null references workspace_agents on delete cascade,
            log_source_id uuid not null,
            display_name text not null default '',
            icon text not null default '',
            log_path text not null default '',
            script text not null,
            cron text not null default '',
            start_blocks_login boolean not null default false,
            run_on_start boolean not null default false,
            run_on_stop boolean not null default false,
            timeout_seconds integer not null default 0,
            exit_code integer,
            status text
        );
        create index workspace_agent_scripts_agent on workspace_agent_scripts (agent_id);

        create table workspace_agent_logs (
            agent_id uuid not null references workspace_agents on delete cascade,
            id bigint not null,
            log_source_id uuid not null,
            created_at timestamptz not null,
            level text not null,
            output text not null,
            primary key (agent_id, id)
        );

        create table workspace_agent_metadata (
            agent_id uuid not null references workspace_agents on delete cascade,
            key text not null,
            display_name text not null,
            script text not null,
            interval_seconds bigint not null,
            timeout_seconds bigint not null,
            display_order integer not null default 0,
            value text not null default '',
            error text not null default '',
            collected_at timestamptz,
            primary key (agent_id, key)
        );

        create table workspace_apps (
            id uuid primary key,
            agent_id uuid not null references workspace_agents on delete cascade,
            slug text not null,
            display_name text not null default '',
            icon text not null default '',
            command text not null default '',
            url text not null default '',
            external boolean not null default false,
            subdomain boolean not null default false,
            sharing text not null default 'owner' check (sharing in ('owner', 'organization', 'authenticated', 'public')),
            healthcheck_url text not null default '',
            healthcheck_interval_seconds integer not null default 0,
            healthcheck_threshold integer not null default 0,
            health text not null default 'disabled' check (health in ('disabled', 'initializing', 'healthy', 'unhealthy')),
            display_order integer not null default 0,
            display_group text not null default '',
            hidden boolean not null default false,
            open_in text not null default 'slim-window',
            tooltip text not null default '',
            unique (agent_id, slug)
        );

        create table workspace_agent_port_shares (
            workspace_id uuid not null references workspaces on delete cascade,
            agent_name text not null,
            port integer not null check (port between 1 and 65535),
            share_level text not null check (share_level in ('owner', 'organization', 'authenticated', 'public')),
            protocol text not null default 'http' check (protocol in ('http', 'https')),
            primary key (workspace_id, agent_name, port)
        );

        -- Servers of this deployment; one that does not renew is gone.
        create table servers (
            id uuid primary key,
            hostname text not null,
            version text not null,
            -- where other servers reach it; '' if they do not
            relay_url text not null default '',
            -- of the jobs it takes
            tags jsonb not null default '{}',
            started_at timestamptz not null default now(),
            seen_at timestamptz not null default now()
        );

        -- Every change: who, what, before and after. Secrets are left out before they come here.
        create table audit_logs (
            id uuid primary key,
            time timestamptz not null default now(),
            user_id uuid,
            organization_id uuid,
            ip_address text not null default '',
            user_agent text not null default '',
            resource_type text not null,
            resource_id uuid,
            -- its name at that time
            resource_target text not null default '',
            action text not null,
            -- {field: {old, new, secret}}
            diff jsonb not null default '{}',
            status_code integer not null,
            additional_fields jsonb not null default '{}',
            request_id uuid
        );
        create index audit_logs_time on audit_logs (time desc);
        """
}
