/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;

import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Identifies the mocks and spies of tests, by the methods that Mockito and MockK provide
 * for it. Calls of a mock need no approval.
 */
final class Mocks {

	private static final @Nullable Method details = find("org.mockito.Mockito", "mockingDetails", Object.class);

	private static final @Nullable Method isMock = find("org.mockito.MockingDetails", "isMock");

	private static final @Nullable Method isMockOfMockK = find("io.mockk.MockKKt", "isMockKMock", Object.class,
			boolean.class, boolean.class, boolean.class, boolean.class, boolean.class);

	private Mocks() {
	}

	/**
	 * Return whether an object is a mock in the place of one that may have guarded
	 * methods. Mocking libraries must not be loaded for others.
	 */
	static boolean isMock(Object object) {
		if (!GuardedProxies.mayGuard(object)) {
			return false;
		}
		try {
			return isMockOfMockito(object) || isMockOfMockK(object);
		}
		catch (Exception | LinkageError ex) {
			// Where the libraries cannot attach their agents, there are no mocks
			return false;
		}
	}

	private static boolean isMockOfMockito(Object object) {
		if (details == null || isMock == null) {
			return false;
		}
		Object result = ReflectionUtils.invokeMethod(details, null, object);
		Assert.state(result != null, "No details of a mock");
		return Boolean.TRUE.equals(ReflectionUtils.invokeMethod(isMock, result));
	}

	private static boolean isMockOfMockK(Object object) {
		return isMockOfMockK != null && Boolean.TRUE
			.equals(ReflectionUtils.invokeMethod(isMockOfMockK, null, object, true, true, false, false, false));
	}

	private static @Nullable Method find(String type, String name, Class<?>... parameterTypes) {
		Class<?> found = LibraryTypes.find(type, Mocks.class.getClassLoader());
		return (found != null) ? ClassUtils.getMethodIfAvailable(found, name, parameterTypes) : null;
	}

}
