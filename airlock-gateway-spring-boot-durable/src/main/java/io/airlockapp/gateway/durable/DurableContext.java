package io.airlockapp.gateway.durable;

import java.util.Map;

/**
 * Strategy interface for a context of the caller, such as a tenant, that is recorded with
 * a call and restored for its run. The values are part of what the approver signs.
 */
public interface DurableContext {

	/**
	 * Return the name of this context, which is unique among the beans of this type.
	 * @return the name
	 */
	String getName();

	/**
	 * Return the context of the current thread.
	 * @return the values by name, or an empty map
	 */
	Map<String, String> capture();

	/**
	 * Restore a context in the current thread.
	 * @param values the values that were captured
	 * @return an object whose {@code close} method removes the context
	 */
	Scope restore(Map<String, String> values);

	/**
	 * Scope in which a context is restored.
	 */
	@FunctionalInterface
	interface Scope extends AutoCloseable {

		@Override
		void close();

	}

}
