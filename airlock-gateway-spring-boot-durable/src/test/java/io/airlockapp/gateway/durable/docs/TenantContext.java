/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import java.util.Map;

import io.airlockapp.gateway.durable.DurableContext;

import org.springframework.stereotype.Component;

/**
 * Example of a context that is recorded with a call.
 */
// tag::context[]
@Component
class TenantContext implements DurableContext {

	@Override
	public String getName() {
		return "tenant";
	}

	@Override
	public Map<String, String> capture() {
		String tenant = Tenant.current();
		return (tenant != null) ? Map.of("name", tenant) : Map.of();
	}

	@Override
	public Scope restore(Map<String, String> values) {
		Tenant.set(values.get("name"));
		return () -> Tenant.set(null);
	}

}
// end::context[]
