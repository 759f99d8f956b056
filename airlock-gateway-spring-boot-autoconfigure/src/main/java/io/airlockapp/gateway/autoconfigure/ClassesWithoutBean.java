/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/**
 * Finds the classes of the application's packages that carry
 * {@link RequiresAirlockApproval} without effect, because no bean is of the class. It
 * reads class files and loads no class. Components are exempt: a condition or a profile
 * keeps them from being beans.
 */
final class ClassesWithoutBean {

	private static final String ANNOTATION = RequiresAirlockApproval.class.getName();

	/**
	 * The annotation as it is written in class files. Latin-1 keeps each byte.
	 */
	private static final String DESCRIPTOR = RequiresAirlockApproval.class.descriptorString();

	private final ConfigurableListableBeanFactory beanFactory;

	private final PathMatchingResourcePatternResolver resources;

	private final MetadataReaderFactory metadata;

	ClassesWithoutBean(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.resources = new PathMatchingResourcePatternResolver(beanFactory.getBeanClassLoader());
		this.metadata = MetadataReaderFactory.create(this.resources);
	}

	/**
	 * Return the names of the classes, in alphabetical order.
	 * @throws IOException if class files cannot be read
	 */
	Set<String> find() throws IOException {
		Set<String> annotated = new TreeSet<>();
		List<Resource> files = new ArrayList<>();
		if (AutoConfigurationPackages.has(this.beanFactory)) {
			for (String name : AutoConfigurationPackages.get(this.beanFactory)) {
				addFiles(name, files);
			}
		}
		Set<String> composed = new HashSet<>();
		Set<String> sought = Set.of(DESCRIPTOR);
		while (!sought.isEmpty()) {
			sought = addAnnotated(files, sought, annotated);
			sought.removeIf((descriptor) -> !composed.add(descriptor));
		}
		if (!annotated.isEmpty()) {
			annotated.removeAll(typesOfBeans());
		}
		return annotated;
	}

	private void addFiles(String packageName, List<Resource> files) throws IOException {
		if (!packageName.isEmpty()) {
			files.addAll(List.of(this.resources.getResources(
					"classpath*:%s/**/*.class".formatted(ClassUtils.convertClassNameToResourcePath(packageName)))));
		}
	}

	/**
	 * Add the annotated classes.
	 * @return the descriptors of annotations that are composed of the sought ones
	 */
	private Set<String> addAnnotated(List<Resource> files, Set<String> sought, Set<String> annotated)
			throws IOException {
		Set<String> composed = new HashSet<>();
		for (Resource file : files) {
			if (mentions(file, sought)) {
				AnnotationMetadata type = this.metadata.getMetadataReader(file).getAnnotationMetadata();
				if (type.isAnnotation() && type.isAnnotated(ANNOTATION)) {
					composed.add("L%s;".formatted(ClassUtils.convertClassNameToResourcePath(type.getClassName())));
				}
				else if (!type.isAnnotation() && !type.isAnnotated(Component.class.getName())
						&& (type.isAnnotated(ANNOTATION) || type.hasAnnotatedMethods(ANNOTATION))) {
					annotated.add(type.getClassName());
				}
			}
		}
		return composed;
	}

	private static boolean mentions(Resource file, Set<String> descriptors) throws IOException {
		try (InputStream content = file.getInputStream()) {
			String text = new String(content.readAllBytes(), StandardCharsets.ISO_8859_1);
			return descriptors.stream().anyMatch(text::contains);
		}
	}

	private Set<String> typesOfBeans() {
		Set<String> types = new HashSet<>();
		for (String[] names : List.of(this.beanFactory.getBeanDefinitionNames(),
				this.beanFactory.getSingletonNames())) {
			for (String name : names) {
				Class<?> type = type(name);
				if (type != null) {
					LibraryTypes.hierarchy(type).forEach((parent) -> types.add(parent.getName()));
				}
			}
		}
		return types;
	}

	private @Nullable Class<?> type(String name) {
		Object bean = this.beanFactory.containsSingleton(name) ? this.beanFactory.getSingleton(name) : null;
		return (bean != null && AopProxyUtils.ultimateTargetClass(bean) != bean.getClass())
				? AopProxyUtils.ultimateTargetClass(bean) : this.beanFactory.getType(name, false);
	}

}
