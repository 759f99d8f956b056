/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.approval.guard.Declaration;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs a warning about guarded methods of different classes that are shown by the same
 * name. Approvers cannot distinguish them, and policies match both.
 */
final class GuardedNames {

	private static final Log logger = LogFactory.getLog(GuardedNames.class);

	private final Map<String, Class<?>> types = new ConcurrentHashMap<>();

	private final Set<Class<?>> warned = ConcurrentHashMap.newKeySet();

	void add(Collection<Method> methods, Class<?> type) {
		for (Method method : methods) {
			Declaration declaration = Declaration.of(method, type);
			Class<?> named = MethodArguments.namedType(declaration.type());
			Class<?> other = this.types.putIfAbsent(declaration.toString(), named);
			if (other != null && other != named && this.warned.add(named)) {
				logger.warn(
						"Methods of %s and %s are both shown as '%s': they cannot be distinguished, and policies match both. Rename a class"
							.formatted(other.getName(), named.getName(), declaration));
			}
		}
	}

}
